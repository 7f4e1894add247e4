#!/usr/bin/env node
import { runSelfBenchmark } from '../dist/bench-self/run.js';

process.exitCode = await runSelfBenchmark(process.argv.slice(2));
