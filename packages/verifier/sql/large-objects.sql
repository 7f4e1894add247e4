-- Every large object with its length and two hashes of its content: sums over parts of a megabyte, each with its place as
-- the seed. Pages are no measure: where one side has a hole the other may have zeros.
SELECT m.oid::text AS oid, size.bytes::text AS bytes, coalesce(hashes.h1, '0') AS h1, coalesce(hashes.h2, '0') AS h2
FROM pg_largeobject_metadata m
CROSS JOIN LATERAL (
  -- A page holds a quarter of a block.
  SELECT coalesce(max(pageno::int8 * (current_setting('block_size')::int8 / 4) + octet_length(data)), 0) AS bytes
  FROM pg_largeobject WHERE loid = m.oid
) AS size
CROSS JOIN LATERAL (
  SELECT sum(hash_array_extended(part.content, 2 * part.place))::text AS h1,
    sum(hash_array_extended(part.content, 2 * part.place + 1))::text AS h2
  FROM (
    SELECT place, ARRAY[''::bytea, lo_get(m.oid, place, 1048576)] AS content
    FROM generate_series(0, size.bytes - 1, 1048576) AS place
    OFFSET 0
  ) AS part
) AS hashes
ORDER BY m.oid;
