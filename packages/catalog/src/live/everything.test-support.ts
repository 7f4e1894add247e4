/** Statements that make at least one object of each kind; those for PostgreSQL 15 and later apart. */
export const everything = `
CREATE SCHEMA shop;
CREATE TYPE shop.mood AS ENUM ('good', 'it''s bad');
CREATE DOMAIN shop.amount AS numeric(12,2) DEFAULT 0 NOT NULL CHECK (VALUE >= 0);
CREATE TYPE shop.pair AS (a integer, b character varying(20)[]);
CREATE TYPE shop.span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE TYPE shop.shell;
CREATE COLLATION shop.numeric_order (PROVIDER = icu, LOCALE = 'en-u-kn-true', DETERMINISTIC = false);
CREATE UNLOGGED TABLE shop.scratch (id bigserial, note text) WITH (fillfactor = 70, toast.autovacuum_enabled = false);
CREATE TABLE shop.companies (
  id integer GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 5) PRIMARY KEY,
  name text COLLATE shop.numeric_order NOT NULL,
  "Odd ""name""" shop.mood DEFAULT 'good',
  prices shop.amount,
  tags character varying(20)[][],
  lapse interval day to second(3) CONSTRAINT lasting NOT NULL,
  doubled integer GENERATED ALWAYS AS (length(name) * 2) STORED,
  UNIQUE (name) INCLUDE (tags) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT positive CHECK (id > 0) NO INHERIT
);
ALTER TABLE shop.companies REPLICA IDENTITY FULL;
CREATE TABLE shop.orders (
  company_id integer NOT NULL REFERENCES shop.companies ON DELETE CASCADE ON UPDATE RESTRICT,
  day date NOT NULL,
  during tsrange,
  state text
) PARTITION BY RANGE (day, (company_id + 1));
CREATE TABLE shop.orders_2024 PARTITION OF shop.orders FOR VALUES FROM ('2024-01-01', MINVALUE) TO ('2025-01-01', MINVALUE);
CREATE TABLE shop.orders_rest PARTITION OF shop.orders DEFAULT;
CREATE TABLE shop.rooms (room integer, during tsrange, EXCLUDE USING gist (during WITH &&) WHERE (room > 0));
ALTER TABLE shop.rooms ADD CONSTRAINT late CHECK (room < 100) NOT VALID;
CREATE TABLE shop.people (id integer PRIMARY KEY, boss integer, CONSTRAINT own FOREIGN KEY (boss) REFERENCES shop.people MATCH FULL ON DELETE SET NULL DEFERRABLE);
CREATE TABLE shop.managers (level integer) INHERITS (shop.people);
CREATE UNIQUE INDEX lower_name ON shop.companies USING btree (lower((tags)[1]) text_pattern_ops, name COLLATE "C", id DESC) INCLUDE (tags) WHERE prices > 1;
CREATE SEQUENCE shop.numbers AS smallint MINVALUE -5 START 3 CACHE 7 CYCLE;
SELECT nextval('shop.numbers');
CREATE VIEW shop.named WITH (security_barrier) AS SELECT id, name FROM shop.companies JOIN shop.orders ON company_id = id;
CREATE MATERIALIZED VIEW shop.counted AS SELECT count(*) AS n FROM shop.named WITH NO DATA;
CREATE UNIQUE INDEX counted_n ON shop.counted (n);
CREATE FUNCTION shop.twice(x integer, VARIADIC rest text[] DEFAULT '{}') RETURNS TABLE(a integer, b text) LANGUAGE sql STABLE AS 'SELECT 2 * $1, ''x''';
CREATE PROCEDURE shop.act(INOUT x integer) LANGUAGE plpgsql AS 'BEGIN x := 1; END';
CREATE FUNCTION shop.add(shop.pair, integer) RETURNS shop.pair LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE AGGREGATE shop.sum_up(integer) (SFUNC = shop.add, STYPE = shop.pair, INITCOND = '(1,)');
CREATE FUNCTION shop.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER noted BEFORE INSERT OR UPDATE OF name ON shop.companies FOR EACH ROW WHEN (NEW.id > 1) EXECUTE FUNCTION shop.note();
CREATE CONSTRAINT TRIGGER checked AFTER DELETE ON shop.people DEFERRABLE FOR EACH ROW EXECUTE FUNCTION shop.note();
CREATE TRIGGER on_orders AFTER INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.note();
ALTER TABLE shop.companies DISABLE TRIGGER noted;
CREATE RULE quiet AS ON DELETE TO shop.scratch DO INSTEAD NOTHING;
ALTER TABLE shop.companies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON shop.companies AS RESTRICTIVE FOR SELECT TO PUBLIC USING (id IN (SELECT company_id FROM shop.orders));
CREATE POLICY made ON shop.companies FOR INSERT WITH CHECK (id > 0);
CREATE PUBLICATION changes FOR TABLE shop.companies WITH (publish = 'insert');
COMMENT ON TABLE shop.companies IS 'It''s them';
COMMENT ON COLUMN shop.companies.name IS E'a\\\\b';
COMMENT ON CONSTRAINT positive ON shop.companies IS 'c';
COMMENT ON TRIGGER noted ON shop.companies IS 't';
COMMENT ON FUNCTION shop.twice(integer, text[]) IS 'f';
COMMENT ON TYPE shop.mood IS 'm';
COMMENT ON INDEX shop.lower_name IS 'i';
COMMENT ON SCHEMA shop IS 's';
GRANT SELECT, INSERT ON shop.orders TO PUBLIC;
GRANT UPDATE (state) ON shop.orders TO PUBLIC;
GRANT ALL ON SEQUENCE shop.numbers TO PUBLIC;
REVOKE ALL ON FUNCTION shop.twice(integer, text[]) FROM PUBLIC;
CREATE CAST (shop.pair AS integer) WITH INOUT AS ASSIGNMENT;
CREATE OPERATOR shop.+ (FUNCTION = shop.add, LEFTARG = shop.pair, RIGHTARG = integer);
CREATE OPERATOR CLASS shop.int_ops FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer);
CREATE TEXT SEARCH CONFIGURATION shop.plain (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION shop.plain ADD MAPPING FOR asciiword WITH simple;
CREATE TEXT SEARCH DICTIONARY shop.words (TEMPLATE = simple, STOPWORDS = 'english');
CREATE FUNCTION shop.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION shop.on_ddl();
CREATE FOREIGN DATA WRAPPER elsewhere OPTIONS (debug 'true');
CREATE SERVER far TYPE 'x' FOREIGN DATA WRAPPER elsewhere OPTIONS (host 'h');
CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 'secret');
CREATE FOREIGN TABLE shop.remote (id integer NOT NULL) SERVER far OPTIONS (tab 'x');
CREATE STATISTICS shop.related (dependencies) ON id, name FROM shop.companies;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC;
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
`;

/** What came with PostgreSQL 15. */
export const everythingSince15 = `
CREATE SCHEMA modern;
CREATE TABLE modern.tenants (id integer, region integer, UNIQUE NULLS NOT DISTINCT (id, region));
CREATE TABLE modern.children (
  id integer, region integer, note text,
  FOREIGN KEY (id, region) REFERENCES modern.tenants (id, region) ON DELETE SET NULL (region)
);
CREATE PUBLICATION narrow FOR TABLE modern.children (id, region) WHERE (id > 3);
CREATE PUBLICATION whole FOR TABLES IN SCHEMA shop, TABLE modern.tenants;
`;
