-- Roles that clients come as.
CREATE ROLE anon NOLOGIN NOINHERIT;
CREATE USER app WITH PASSWORD 'not-shown' IN ROLE anon;
create role boss superuser bypassrls login;

CREATE TABLE todos (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    "Title" varchar(80) DEFAULT 'x; -- y',
    done boolean,
    position int CHECK (position >= 0),
    CONSTRAINT todos_title_unique UNIQUE ("Title", user_id)
) WITH (autovacuum_enabled = false, fillfactor = 70);
CREATE TABLE IF NOT EXISTS audit.events (id bigserial, at timestamptz default now(), primary key (at, id))
    PARTITION BY RANGE (at);
CREATE UNLOGGED TABLE cache (key text primary key);
CREATE TABLE gone (id int);
/* a comment /* within */ one: CREATE TABLE never (id int); */
ALTER TABLE todos ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cache ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own rows" ON todos FOR SELECT TO anon, app
    USING (user_id = (SELECT auth.uid()) AND done IS NOT NULL);
CREATE POLICY team ON todos AS RESTRICTIVE USING (
    EXISTS (SELECT 1 FROM members WHERE members.user_id = todos.user_id AND position = 1)
) WITH CHECK (position::int BETWEEN 1 AND 2);
CREATE POLICY old ON todos USING (true);
CREATE POLICY flags ON todos FOR UPDATE USING (done = true AND done <> false AND "Title" <> 'x');
GRANT SELECT, INSERT ON todos TO anon;
GRANT ALL ON ALL TABLES IN SCHEMA public TO app WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO anon;
GRANT USAGE ON SCHEMA public TO anon, app;
GRANT EXECUTE ON FUNCTION pgr.restore(int, text) TO PUBLIC;
GRANT app TO boss;
CREATE INDEX todos_done ON todos (done) WHERE done;
CREATE INDEX ON todos USING gin (lower("Title"), position);
CREATE FUNCTION whoami() RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    EXECUTE 'ALTER TABLE todos DISABLE ROW LEVEL SECURITY';
END $$;
