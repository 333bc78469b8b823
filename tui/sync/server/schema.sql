-- The log that copies of projects share over a PostgreSQL server: `spantag sync --init postgresql://…`.
-- It is only appended to. docs/sync.md says what stands in it, and who may do what.

CREATE SCHEMA spantag;
GRANT USAGE ON SCHEMA spantag TO spantag_annotator, spantag_lead;

-- One row: the layout of these tables, and what tells this log from every other.
CREATE TABLE spantag.layout (
    version integer NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO spantag.layout (version) VALUES (1);

CREATE TABLE spantag.projects (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);

-- Whose work a login may send beside that of the annotator with its own name.
CREATE TABLE spantag.members (
    login text NOT NULL,
    annotator text NOT NULL,
    PRIMARY KEY (login, annotator)
);

-- Texts by the key of each, with the edges of its paragraphs: [[start, end], …] in code points.
CREATE TABLE spantag.texts (
    project integer NOT NULL REFERENCES spantag.projects,
    key text COLLATE "C" NOT NULL,
    text text NOT NULL,
    paragraphs text NOT NULL,
    sent_by text NOT NULL DEFAULT session_user,
    PRIMARY KEY (project, key)
);

-- What a copy knew of an article: a row more where another one knew more. `names` are all that it is called:
-- id:… and key:…; rows that share a name are one article. `digest` names all that the row says.
CREATE TABLE spantag.articles (
    seq bigint NOT NULL,
    project integer NOT NULL REFERENCES spantag.projects,
    digest text COLLATE "C" NOT NULL,
    names text[] NOT NULL,
    key text COLLATE "C" NOT NULL,
    title text NOT NULL,
    meta text NOT NULL,
    added_at text NOT NULL,
    sent_by text NOT NULL DEFAULT session_user,
    PRIMARY KEY (project, digest),
    FOREIGN KEY (project, key) REFERENCES spantag.texts
);
CREATE UNIQUE INDEX articles_seq ON spantag.articles (project, seq);
CREATE INDEX articles_names ON spantag.articles USING gin (names);
CREATE INDEX articles_key ON spantag.articles (project, key);

-- What annotators did. `id` is a UUIDv7: in the order of the ids, the events of an annotator on an article say
-- what is. `payload` is JSON.
CREATE TABLE spantag.events (
    seq bigint NOT NULL,
    project integer NOT NULL REFERENCES spantag.projects,
    id text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    at text NOT NULL,
    annotator text NOT NULL,
    article text NOT NULL,
    kind text NOT NULL,
    payload text NOT NULL,
    sent_by text NOT NULL DEFAULT session_user,
    PRIMARY KEY (project, id)
);
CREATE UNIQUE INDEX events_seq ON spantag.events (project, seq);
CREATE INDEX events_article ON spantag.events (project, article, seq);

-- What was done to the project: articles, by a name of each, were taken out or put back, or were assigned.
CREATE TABLE spantag.steps (
    seq bigint NOT NULL,
    project integer NOT NULL REFERENCES spantag.projects,
    id text COLLATE "C" NOT NULL,
    at text NOT NULL,
    annotator text NOT NULL,
    kind text NOT NULL,
    articles text[] NOT NULL,
    more text NOT NULL,
    sent_by text NOT NULL DEFAULT session_user,
    PRIMARY KEY (project, id)
);
CREATE UNIQUE INDEX steps_seq ON spantag.steps (project, seq);

-- `seq` grows in the order in which transactions are committed, so that who has read up to one has read all
-- before it: only one transaction at a time takes numbers, until it is committed.
CREATE SEQUENCE spantag.log;

CREATE FUNCTION spantag.wait_for_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(x'7370616e'::int);
    RETURN NULL;
END $$;

CREATE FUNCTION spantag.stamp() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.seq := nextval('spantag.log');
    NEW.sent_by := session_user;
    RETURN NEW;
END $$;

CREATE FUNCTION spantag.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is only appended to';
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['articles', 'events', 'steps'] LOOP
        EXECUTE format('CREATE TRIGGER wait_for_turn BEFORE INSERT ON spantag.%I
            FOR EACH STATEMENT EXECUTE FUNCTION spantag.wait_for_turn()', name);
        EXECUTE format('CREATE TRIGGER stamp BEFORE INSERT ON spantag.%I
            FOR EACH ROW EXECUTE FUNCTION spantag.stamp()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['texts', 'articles', 'events', 'steps'] LOOP
        EXECUTE format('CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON spantag.%I
            FOR EACH STATEMENT EXECUTE FUNCTION spantag.refuse()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['projects', 'members', 'texts', 'articles', 'events', 'steps'] LOOP
        EXECUTE format('ALTER TABLE spantag.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY read ON spantag.%I FOR SELECT
            TO spantag_annotator, spantag_lead USING (true)', name);
    END LOOP;
END $$;

-- Whether the login of this connection may send what an annotator did.
CREATE FUNCTION spantag.may_send(annotator text) RETURNS boolean LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT annotator = session_user::text
        OR pg_has_role(session_user, 'spantag_lead', 'MEMBER')
        OR EXISTS (
            SELECT FROM spantag.members
            WHERE members.login = session_user::text AND members.annotator = may_send.annotator
        )
$$;

GRANT SELECT ON spantag.layout, spantag.projects, spantag.members, spantag.texts, spantag.articles,
    spantag.events, spantag.steps
    TO spantag_annotator, spantag_lead;
GRANT INSERT ON spantag.texts, spantag.articles, spantag.events TO spantag_annotator, spantag_lead;
GRANT INSERT ON spantag.projects, spantag.steps TO spantag_lead;
GRANT INSERT, DELETE ON spantag.members TO spantag_lead;

CREATE POLICY append ON spantag.texts FOR INSERT TO spantag_annotator, spantag_lead WITH CHECK (true);
CREATE POLICY append ON spantag.articles FOR INSERT TO spantag_annotator, spantag_lead WITH CHECK (true);
CREATE POLICY append ON spantag.events FOR INSERT TO spantag_annotator, spantag_lead
    WITH CHECK (spantag.may_send(annotator));
CREATE POLICY append ON spantag.steps FOR INSERT TO spantag_lead WITH CHECK (true);
CREATE POLICY append ON spantag.projects FOR INSERT TO spantag_lead WITH CHECK (true);
CREATE POLICY append ON spantag.members FOR INSERT TO spantag_lead WITH CHECK (true);
CREATE POLICY forget ON spantag.members FOR DELETE TO spantag_lead USING (true);
