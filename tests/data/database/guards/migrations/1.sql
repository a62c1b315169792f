DO $do$
DECLARE one record;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'anon') THEN
        CREATE ROLE anon;
    END IF;
    CREATE TABLE a (id int, owner uuid);
    CREATE TABLE b (id int);
    CREATE TABLE c (id int);
    BEGIN
        CREATE POLICY p ON a USING (owner = auth.uid());
    EXCEPTION WHEN duplicate_object THEN
        DROP POLICY p ON a;
    END;
    IF current_setting('app.safe') = 'on' THEN
        ALTER TABLE b ENABLE ROW LEVEL SECURITY;
    ELSE
        GRANT SELECT ON b TO anon;
    END IF;
    EXECUTE 'ALTER TABLE a ENABLE ROW LEVEL SECURITY';
END $do$;
