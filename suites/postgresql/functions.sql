-- SPDX-License-Identifier: Apache-2.0
-- Executed in one psql session; its output is compared with functions.expected, one test point for each chapter.
SET client_min_messages = error;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
CREATE FUNCTION outcome(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
\echo '# integers and numeric'
SELECT 7 / 2, -7 / 2, -7 % 3, 2 ^ 10, 5 # 3, ~5, 1::bigint << 40;
SELECT 9223372036854775807::bigint, outcome('SELECT 9223372036854775807::bigint + 1'), outcome('SELECT 32767::smallint + 1::smallint');
SELECT outcome('SELECT 1 / 0'), outcome('SELECT ''12x''::int');
SELECT 0.1 + 0.2, 10::numeric / 3, 1e131071 > 1e131070, round(2.5), round(-2.5), round(3.14159, 3), trunc(-1.5);
SELECT factorial(30), sqrt(2::numeric), exp(1::numeric), ln(10::numeric), power(2::numeric, 0.5);
SELECT 'NaN'::numeric > 1e100, 'Infinity'::float8 - 1, gcd(1071, 462), lcm(4, 6), div(-7, 2), mod(-7, 2), width_bucket(5.3, 0, 10, 5);
\echo '# floating point'
SELECT 0.1::float8 + 0.2::float8, 1e308::float8, 5e-324::float8, 1::float4 / 3, 1::float8 / 3, '-0'::float8;
SELECT outcome('SELECT 1e308::float8 * 10'), outcome('SELECT 1e-308::float8 / 1e10::float8 / 1e10::float8'), outcome('SELECT 3e9::float8::int');
SELECT 2.5::float8::int, 3.5::float8::int, (-2.5)::float8::int, floor(-0.5::float8), ceil(0.2::float8), sqrt(2::float8);
SELECT 'NaN'::float8 = 'NaN'::float8, float8 'NaN' > float8 'Infinity', greatest(1::float8, 'NaN'), sum(x), avg(x) FROM (VALUES (0.5::float8), (0.25), (1e16), (-1e16)) AS v (x);
\echo '# text, bytes and Unicode'
SELECT upper('strasse'), length('试金石'), octet_length('试金石'), substr('试金石', 2, 1), reverse('abc'), lpad('7', 3, '0');
SELECT 'a' || NULL IS NULL, position('b' in 'abc'), overlay('abcdef' placing 'XX' from 3 for 2), trim(both 'x' from 'xxyxx'), split_part('a,b,c', ',', 2);
SELECT md5('touchstone'), encode(sha256('touchstone'), 'hex'), '\xdeadbeef'::bytea, get_byte('\x00ff'::bytea, 1), convert_from('\xe8af95', 'UTF8');
SELECT 'abc' < 'abd', 'Z' COLLATE "C" < 'a' COLLATE "C", 'foo.bar' ~ '^[a-z]+\.', regexp_replace('a1b22', '[0-9]+', '#', 'g'), 'abc' LIKE 'a_c', 'ABC' ILIKE 'a%';
SELECT string_agg(m[1], ' ') FROM regexp_matches('k=1, key=22', '(\w+)=\d+', 'g') AS m;
SELECT format('%s %I %L', 'a', 'b c', 'it''s'), quote_literal(E'a\\b'), ascii('é'), chr(35797), normalize(U&'e\0301') = 'é';
SELECT outcome($$SELECT convert_from('\xff', 'UTF8')$$), outcome($$SELECT 'a'::varchar(1) = repeat('x', 3)::char(2)::text$$);
\echo '# dates and times'
SELECT date '2024-02-29' + interval '1 year', date '2024-03-01' - date '2024-02-01', age(timestamp '2026-11-23', timestamp '2000-02-29');
SELECT timestamptz '2024-07-01 12:00 Asia/Shanghai', timestamptz '2024-07-01 12:00+00' AT TIME ZONE 'Asia/Shanghai', timestamptz '2024-07-01 12:00+00' AT TIME ZONE 'America/New_York';
SELECT extract(epoch from timestamptz '2038-01-19 03:14:08+00'), extract(isodow from date '2026-11-23'), date_trunc('quarter', timestamp '2026-11-23 10:00'), to_char(timestamp '2026-11-23 04:05:06.789', 'YYYY-MM-DD HH24:MI:SS.MS Day');
SELECT outcome($$SELECT date '2023-02-29'$$), 'infinity'::date > date '9999-12-31', justify_interval(interval '40 days 25 hours'), interval '1 day' = interval '24 hours';
SELECT count(*), min(d), max(d) FROM generate_series(timestamp '2024-01-31', timestamp '2024-12-31', interval '1 month') AS d;
\echo '# tables, joins and aggregates'
CREATE TABLE department (id int PRIMARY KEY, name text UNIQUE NOT NULL);
CREATE TABLE person (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, department int REFERENCES department ON DELETE CASCADE, pay numeric(10, 2) CHECK (pay >= 0), since date DEFAULT date '2020-01-01');
INSERT INTO department VALUES (1, 'kernel'), (2, 'storage'), (3, 'empty');
INSERT INTO person (name, department, pay) VALUES ('ann', 1, 100), ('bob', 1, 200.50), ('cai', 2, 150), ('dao', 2, 150), ('eve', NULL, NULL) RETURNING id, name;
SELECT d.name, count(p.id), sum(p.pay), avg(p.pay) FROM department d LEFT JOIN person p ON p.department = d.id GROUP BY d.name ORDER BY d.name;
SELECT p.name, d.name FROM person p FULL JOIN department d ON p.department = d.id ORDER BY 1 NULLS LAST, 2;
SELECT department, count(*), count(*) FILTER (WHERE pay > 150) FROM person GROUP BY ROLLUP (department) ORDER BY department NULLS LAST, 2;
SELECT name, pay, rank() OVER w, sum(pay) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), lag(name) OVER (ORDER BY id) FROM person WINDOW w AS (ORDER BY pay DESC NULLS LAST) ORDER BY id;
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY pay), mode() WITHIN GROUP (ORDER BY pay), stddev_samp(pay), array_agg(name ORDER BY name DESC) FROM person;
SELECT name FROM person WHERE pay > ALL (SELECT pay FROM person WHERE department = 2) OR NOT EXISTS (SELECT 1 FROM department d WHERE d.id = person.department) ORDER BY name;
SELECT d.name, top.name FROM department d, LATERAL (SELECT name FROM person p WHERE p.department = d.id ORDER BY pay DESC, name LIMIT 1) AS top ORDER BY 1;
SELECT * FROM (SELECT 1 UNION SELECT 1 UNION ALL SELECT 2) AS u (n) EXCEPT SELECT 3 ORDER BY 1;
UPDATE person SET pay = pay * 1.1 FROM department d WHERE d.id = person.department AND d.name = 'storage' RETURNING person.name, pay;
INSERT INTO department VALUES (3, 'hardware') ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING *;
WITH gone AS (DELETE FROM person WHERE department IS NULL RETURNING name) SELECT * FROM gone;
WITH RECURSIVE fib (a, b) AS (SELECT 0::numeric, 1::numeric UNION ALL SELECT b, a + b FROM fib WHERE b < 1e20) SELECT max(a), count(*) FROM fib;
\echo '# constraints hold'
SELECT outcome($$INSERT INTO department VALUES (1, 'again')$$), outcome($$INSERT INTO department VALUES (4, NULL)$$), outcome($$INSERT INTO person (name, department) VALUES ('x', 99)$$), outcome($$INSERT INTO person (name, pay) VALUES ('x', -1)$$), outcome($$INSERT INTO person (name, pay) VALUES ('x', 1e9)$$);
SELECT outcome($$INSERT INTO person (id, name) VALUES (1, 'x')$$), outcome('SELECT * FROM nothing'), outcome('SELEC'), outcome($$SELECT 'a'::int$$), outcome('DROP TABLE department');
CREATE TABLE booking (room int, during tsrange, EXCLUDE USING gist (int4range(room, room, '[]') WITH =, during WITH &&));
INSERT INTO booking VALUES (1, '[2024-01-01, 2024-01-05)');
SELECT outcome($$INSERT INTO booking VALUES (1, '[2024-01-04, 2024-01-06)')$$), outcome($$INSERT INTO booking VALUES (1, '[2024-01-05, 2024-01-06)')$$), outcome($$INSERT INTO booking VALUES (2, '[2024-01-04, 2024-01-06)')$$);
DELETE FROM department WHERE id = 1;
SELECT count(*) FROM person;
\echo '# transactions and savepoints'
BEGIN;
INSERT INTO department VALUES (10, 'ten');
SAVEPOINT one;
INSERT INTO department VALUES (11, 'eleven');
ROLLBACK TO one;
INSERT INTO department VALUES (12, 'twelve');
COMMIT;
BEGIN;
DELETE FROM department;
ROLLBACK;
SELECT string_agg(id::text, ' ' ORDER BY id) FROM department;
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY;
SHOW transaction_isolation;
COMMIT;
\echo '# arrays, ranges and other types'
SELECT ARRAY[1, 2, 3] || 4, (ARRAY[[1, 2], [3, 4]])[2][1], 3 = ANY (ARRAY[1, 3]), array_position(ARRAY['a', 'b'], 'b'), cardinality(ARRAY[[1, 2], [3, 4]]), ARRAY[1, 2] @> ARRAY[2], array_to_string(ARRAY[1, NULL, 3], ',', '*');
SELECT int4range(1, 5) * int4range(3, 9), numrange(1.0, 2.0) && numrange(2.0, 3.0), upper(daterange('2024-01-01', '2024-01-31', '[]')), isempty(int4range(3, 3));
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
SELECT 'ok'::mood < 'happy', enum_range(NULL::mood), outcome($$SELECT 'bad'::mood$$);
SELECT inet '192.168.1.7/24' << cidr '192.168.0.0/16', host(inet '::1'), network(inet '10.1.2.3/20'), macaddr '08:00:2b:01:02:03', uuid 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', B'1010' | B'0101', point(1, 2) <-> point(4, 6), 12.34::money IS NOT NULL;
SELECT row(1, 'a') < row(1, 'b'), (SELECT (r).b FROM (SELECT row(1, 2)::record) AS x (q), LATERAL (SELECT 1 AS a, 5 AS b) AS r);
\echo '# JSON documents'
SELECT '{"b": 1, "a": [1, 2.50, null, "x\u8bd5"]}'::jsonb, '{"a": {"b": [10, 20]}}'::jsonb #>> '{a,b,1}', '[1, 2]'::jsonb @> '2', jsonb_set('{"a": 1}', '{b}', 'true'), '{"a": 1, "b": 2}'::jsonb - 'a';
SELECT k, v FROM jsonb_each_text('{"x": 1, "y": {"z": null}}') AS e (k, v) ORDER BY k;
SELECT jsonb_path_query_array('{"p": [{"n": 1}, {"n": 5}, {"n": 9}]}', '$.p[*].n ? (@ > 3)'), jsonb_agg(x ORDER BY x DESC) FROM generate_series(1, 3) AS x;
SELECT outcome($$SELECT '{"a": }'::json$$), to_jsonb(row(1, 'a', NULL)), jsonb_typeof('1e3'::jsonb), '1e3'::jsonb;
\echo '# indexes answer as a scan does'
CREATE TABLE item AS SELECT i AS id, (i * 7919) % 1009 AS n, md5(i::text) AS t, ARRAY[i % 7, i % 11] AS tags, point(i % 100, i / 100) AS place FROM generate_series(1, 3000) AS i;
CREATE TEMP TABLE answer (method text, kind text, value text);
CREATE FUNCTION ask(method text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO answer SELECT method, 'range', count(*) || ' ' || sum(id) FROM item WHERE n BETWEEN 100 AND 120;
    INSERT INTO answer SELECT method, 'text', string_agg(id::text, ' ' ORDER BY id) FROM item WHERE t >= 'fe' AND t < 'ff';
    INSERT INTO answer SELECT method, 'equal', string_agg(id::text, ' ') FROM item WHERE t = md5('1234');
    INSERT INTO answer SELECT method, 'tags', count(*)::text FROM item WHERE tags @> ARRAY[3, 10];
    INSERT INTO answer SELECT method, 'near', count(*)::text FROM item WHERE place <@ box(point(10, 3), point(20, 7));
$$;
SELECT ask('scan');
CREATE INDEX ON item (n);
CREATE INDEX ON item (t COLLATE "C");
CREATE INDEX ON item USING hash (t);
CREATE INDEX ON item USING gin (tags);
CREATE INDEX ON item USING gist (place);
CREATE INDEX ON item USING brin (id);
ANALYZE item;
SET enable_seqscan = off;
SELECT ask('index');
RESET enable_seqscan;
SELECT kind, count(*), count(DISTINCT value) FROM answer GROUP BY kind ORDER BY kind;
SELECT value FROM answer WHERE method = 'index' AND kind IN ('range', 'equal') ORDER BY kind;
\echo '# functions, triggers and views'
CREATE TABLE log (at serial, what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO log (what) VALUES (format('%s %s %s', TG_OP, TG_TABLE_NAME, coalesce(NEW.id, OLD.id)));
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON department FOR EACH ROW EXECUTE FUNCTION note();
INSERT INTO department VALUES (20, 'twenty');
UPDATE department SET name = 'score' WHERE id = 20;
DELETE FROM department WHERE id = 20;
SELECT at, what FROM log ORDER BY at;
CREATE FUNCTION collatz(n bigint) RETURNS int LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE steps int := 0;
BEGIN
    WHILE n <> 1 LOOP
        n := CASE WHEN n % 2 = 0 THEN n / 2 ELSE 3 * n + 1 END;
        steps := steps + 1;
    END LOOP;
    RETURN steps;
END $$;
SELECT collatz(27), collatz(97), collatz(NULL) IS NULL;
CREATE VIEW storage AS SELECT name, pay FROM person WHERE department = 2 WITH CHECK OPTION;
CREATE MATERIALIZED VIEW total AS SELECT count(*) AS n, sum(pay) AS pay FROM person;
DELETE FROM person WHERE name = 'cai';
SELECT n, pay FROM total;
REFRESH MATERIALIZED VIEW total;
SELECT n, pay FROM total;
SELECT * FROM storage ORDER BY name;
PREPARE twice (int) AS SELECT $1 * 2;
EXECUTE twice(21);
BEGIN;
DECLARE walk SCROLL CURSOR FOR SELECT i FROM generate_series(1, 10) AS i;
FETCH 2 FROM walk;
FETCH ABSOLUTE 7 FROM walk;
FETCH BACKWARD 1 FROM walk;
COMMIT;
\echo '# search, partitions and copies'
SELECT to_tsvector('english', 'The quick brown foxes jumped') @@ to_tsquery('english', 'fox & jump'), to_tsvector('simple', 'a b a'), ts_rank(to_tsvector('english', 'rat cat'), to_tsquery('english', 'cat')) > 0;
CREATE TABLE measure (day date, value int) PARTITION BY RANGE (day);
CREATE TABLE measure_1 PARTITION OF measure FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE measure_rest PARTITION OF measure DEFAULT;
INSERT INTO measure SELECT date '2024-01-30' + i, i FROM generate_series(0, 3) AS i;
SELECT tableoid::regclass, count(*) FROM measure GROUP BY 1 ORDER BY 1;
COPY (SELECT day, value FROM measure ORDER BY day) TO STDOUT WITH (FORMAT csv, HEADER);
CREATE TABLE loaded (a int, b text);
COPY loaded FROM STDIN WITH (FORMAT csv);
1,"with, comma"
2,"试金石"
3,
\.
SELECT a, b, b IS NULL FROM loaded ORDER BY a;
SELECT count(*), sum(hashtext(t) % 2 * 0 + n) FROM item WHERE id % 3 = 0;
VACUUM ANALYZE item;
SELECT setval('log_at_seq', 41), nextval('log_at_seq'), currval('log_at_seq');
