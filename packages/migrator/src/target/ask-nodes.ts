import { DatabaseError } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';

/** A query that gives one value, named `value`, for one node. */
export interface NodeQuestion {
  /** `pg_dist_node.groupid`; 0 is the coordinator. */
  readonly group: number;
  readonly sql: string;
}

/**
 * Asks nodes through the coordinator, which reaches them where we may not; all at once, with a connection for each
 * question. Gives the answers in the order of the questions. Throws {@link DatabaseError} when one does not answer.
 */
export async function askNodes(
  coordinator: Connection,
  questions: readonly NodeQuestion[],
): Promise<readonly string[]> {
  const remote = questions.filter(({ group }) => group !== 0);
  const answers = new Map<NodeQuestion, string>();
  if (remote.length > 0) {
    const rows = await coordinator.query<{ place: string; node: string; success: boolean; result: string }>(
      `WITH asked AS (
         SELECT array_agg(nodename ORDER BY place) AS names, array_agg(nodeport ORDER BY place) AS ports,
                array_agg(sql ORDER BY place) AS texts
         FROM json_to_recordset($1) AS q(place int, "group" int, sql text)
         JOIN pg_dist_node ON groupid = q.group AND noderole = 'primary'
       )
       SELECT place, node_name || ':' || node_port AS node, success, result
       FROM asked, master_run_on_worker(names, ports, texts, true) WITH ORDINALITY
         AS answer(node_name, node_port, success, result, place)`,
      [JSON.stringify(remote.map((question, place) => ({ place, ...question })))],
    );
    for (const { place, node, success, result } of rows) {
      const question = remote[Number(place) - 1];
      if (!success || !question) throw new DatabaseError(`${node} was asked and did not answer: ${result}`);
      answers.set(question, result);
    }
  }
  for (const question of questions) {
    if (question.group !== 0) continue;
    const [row] = await coordinator.query<{ value: unknown }>(question.sql);
    answers.set(question, String(row?.value));
  }
  return questions.map((question) => {
    const answer = answers.get(question);
    if (answer !== undefined) return answer;
    throw new DatabaseError(`no node of the group ${question.group} is there to be asked`);
  });
}
