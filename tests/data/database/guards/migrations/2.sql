DO $$
DECLARE t text;
BEGIN
    FOR t IN SELECT tablename FROM pg_tables LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    END LOOP;
END $$;
CREATE TABLE d (id int);
CREATE FUNCTION give(t text) RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE format(''GRANT ALL ON %I TO anon'', t); END';
SELECT give('d');
