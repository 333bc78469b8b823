-- What labels.yaml of the project asks for, as a lead has it, so that the one of every copy can be told to fit:
-- `spantag sync` of a lead adds a row where that changes, and the newest counts. `shape` is JSON, names to kinds.

CREATE TABLE spantag.labels (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project integer NOT NULL REFERENCES spantag.projects,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    shape text NOT NULL,
    sent_by text NOT NULL DEFAULT session_user
);

CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON spantag.labels
    FOR EACH STATEMENT EXECUTE FUNCTION spantag.refuse();
ALTER TABLE spantag.labels ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON spantag.labels FOR SELECT TO spantag_annotator, spantag_lead USING (true);
CREATE POLICY append ON spantag.labels FOR INSERT TO spantag_lead WITH CHECK (sent_by = session_user);
GRANT SELECT ON spantag.labels TO spantag_annotator, spantag_lead;
GRANT INSERT (project, shape) ON spantag.labels TO spantag_lead;
