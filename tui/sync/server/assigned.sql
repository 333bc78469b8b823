-- Whose work every article is, in the shared log of schema.sql. It stands apart because logs that an older spantag
-- began are without it: `spantag sync --init` adds it, and works it out from the steps that are there.

-- What follows from the steps that assign articles: the rule (its names and their shares), who has those articles
-- that are named, by the key of the text, and so whose work every article is. `seq` is that of what made it so.
CREATE TABLE spantag.rules (
    project integer PRIMARY KEY REFERENCES spantag.projects,
    names text[] NOT NULL,
    shares double precision[] NOT NULL,
    overlap integer NOT NULL,
    seed text NOT NULL
);
CREATE TABLE spantag.named (
    project integer NOT NULL REFERENCES spantag.projects,
    key text COLLATE "C" NOT NULL,
    annotators text[] NOT NULL,
    PRIMARY KEY (project, key)
);
CREATE TABLE spantag.assigned (
    project integer NOT NULL REFERENCES spantag.projects,
    annotator text NOT NULL,
    key text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (project, annotator, key)
);

-- Who has the articles with a text: as tui/model/assignment.py draws it.
CREATE FUNCTION spantag.choose(in_project integer, text_key text) RETURNS SETOF text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT unnest(annotators) FROM spantag.named
        WHERE project = in_project AND key = text_key;
    IF EXISTS (SELECT FROM spantag.named WHERE project = in_project AND key = text_key) THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT scored.name FROM (
            SELECT each.name, rules.overlap, row_number() OVER (
                ORDER BY -each.share / ln((('x' || substr(encode(sha256(
                    convert_to(rules.seed, 'UTF8') || '\x00'::bytea || convert_to(each.name, 'UTF8')
                    || '\x00'::bytea || convert_to(text_key, 'UTF8')
                ), 'hex'), 1, 13))::bit(52)::bigint + 0.5::float8) / 4503599627370496::float8) DESC,
                each.name COLLATE "C"
            ) AS place
            FROM spantag.rules, unnest(rules.names, rules.shares) AS each(name, share)
            WHERE rules.project = in_project
        ) AS scored WHERE scored.place <= scored.overlap;
END $$;

-- Reads one step that assigns articles; what is no JSON, or no rule, counts for nothing.
CREATE FUNCTION spantag.follow(in_project integer, said jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    rule jsonb := said->'rule';
BEGIN
    IF said->'clear' = 'true' THEN
        DELETE FROM spantag.rules WHERE project = in_project;
        DELETE FROM spantag.named WHERE project = in_project;
    END IF;
    IF coalesce(rule, 'null') <> 'null' THEN
        IF NOT spantag.is_rule(rule) THEN
            RETURN;
        END IF;
        INSERT INTO spantag.rules
            SELECT in_project, array_agg(key ORDER BY key), array_agg(value::float8 ORDER BY key),
                (rule->>'overlap')::integer, rule->>'seed'
            FROM jsonb_each_text(rule->'shares')
        ON CONFLICT (project) DO UPDATE SET names = excluded.names, shares = excluded.shares,
            overlap = excluded.overlap, seed = excluded.seed;
    END IF;
    IF jsonb_typeof(said->'keys') = 'array' AND jsonb_typeof(said->'to') = 'array' THEN
        INSERT INTO spantag.named
            SELECT DISTINCT in_project, left(key #>> '{}', 32),
                ARRAY(SELECT name #>> '{}' FROM jsonb_array_elements(said->'to') AS name
                    WHERE jsonb_typeof(name) = 'string')
            FROM jsonb_array_elements(said->'keys') AS key WHERE jsonb_typeof(key) = 'string'
        ON CONFLICT (project, key) DO UPDATE SET annotators = excluded.annotators;
    END IF;
END $$;

CREATE FUNCTION spantag.is_rule(rule jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_typeof(rule) = 'object' AND jsonb_typeof(rule->'shares') = 'object'
        AND jsonb_typeof(rule->'overlap') = 'number' AND rule->>'overlap' ~ '^[0-9]{1,9}$'
        AND jsonb_typeof(rule->'seed') = 'number' AND rule->>'seed' ~ '^-?[0-9]+$'
        AND (SELECT bool_and(CASE WHEN jsonb_typeof(value) = 'number'
                THEN (value #>> '{}')::float8 > 0 ELSE false END)
            AND count(*) >= (rule->>'overlap')::integer AND (rule->>'overlap')::integer > 0
            FROM jsonb_each(CASE jsonb_typeof(rule->'shares') WHEN 'object' THEN rule->'shares' ELSE '{}' END))
$$;

-- After steps came: makes rule and named anew from all of them, in the order of their ids, and writes whose work
-- is another's now. Where articles were only named, those alone are looked at.
CREATE FUNCTION spantag.assign() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    in_project integer;
    step record;
    are_all boolean;
    touched text[];
BEGIN
    FOR in_project IN SELECT DISTINCT project FROM fresh WHERE kind = 'assign' LOOP
        DELETE FROM spantag.rules WHERE project = in_project;
        DELETE FROM spantag.named WHERE project = in_project;
        are_all := false;
        touched := '{}';
        FOR step IN SELECT id, more FROM spantag.steps
            WHERE project = in_project AND kind = 'assign' ORDER BY id
        LOOP
            BEGIN
                PERFORM spantag.follow(in_project, step.more::jsonb);
                IF EXISTS (SELECT FROM fresh WHERE fresh.project = in_project AND fresh.id = step.id) THEN
                    are_all := are_all OR step.more::jsonb ?| ARRAY['clear', 'rule'];
                    touched := touched || ARRAY(SELECT left(key, 32)
                        FROM jsonb_array_elements_text(step.more::jsonb->'keys') AS key);
                END IF;
            EXCEPTION WHEN data_exception THEN
                are_all := true;
            END;
        END LOOP;
        WITH wanted AS MATERIALIZED (
            SELECT texts.key, chosen.name FROM spantag.texts, spantag.choose(in_project, texts.key) AS chosen(name)
            WHERE texts.project = in_project AND (are_all OR texts.key = ANY(touched))
        ), gone AS (
            DELETE FROM spantag.assigned WHERE project = in_project AND (are_all OR key = ANY(touched))
                AND NOT EXISTS (SELECT FROM wanted WHERE wanted.key = assigned.key AND name = annotator)
        )
        INSERT INTO spantag.assigned
            SELECT in_project, name, key, (SELECT max(seq) FROM fresh WHERE project = in_project)
            FROM wanted
        ON CONFLICT DO NOTHING;
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION spantag.assign_article() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO spantag.assigned
        SELECT NEW.project, name, NEW.key, NEW.seq FROM spantag.choose(NEW.project, NEW.key) AS chosen(name)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER assign AFTER INSERT ON spantag.steps REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION spantag.assign();
CREATE TRIGGER assign_article AFTER INSERT ON spantag.articles
    FOR EACH ROW EXECUTE FUNCTION spantag.assign_article();

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['rules', 'named', 'assigned'] LOOP
        EXECUTE format('ALTER TABLE spantag.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY read ON spantag.%I FOR SELECT
            TO spantag_annotator, spantag_lead USING (true)', name);
    END LOOP;
END $$;
GRANT SELECT ON spantag.rules, spantag.named, spantag.assigned TO spantag_annotator, spantag_lead;

-- What was assigned before.
DO $$
DECLARE
    step record;
BEGIN
    FOR step IN SELECT project, more FROM spantag.steps WHERE kind = 'assign' ORDER BY id LOOP
        BEGIN
            PERFORM spantag.follow(step.project, step.more::jsonb);
        EXCEPTION WHEN data_exception THEN
            NULL;
        END;
    END LOOP;
    INSERT INTO spantag.assigned
        SELECT texts.project, chosen.name, texts.key, (SELECT max(seq) FROM spantag.steps WHERE steps.project = texts.project)
        FROM spantag.texts, spantag.choose(texts.project, texts.key) AS chosen(name);
END $$;
