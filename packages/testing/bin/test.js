#!/usr/bin/env node
import { runTests } from '../dist/run.js';

process.exitCode = await runTests(process.argv.slice(2), process.env);
