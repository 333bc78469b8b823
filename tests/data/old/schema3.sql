BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'spantag','m001_initial','2026-11-27 12:08:13.424905+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'spantag','m002_flags','2026-11-27 12:08:13.425429+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'spantag','m003_identity','2026-11-27 12:08:13.431473+00:00');
CREATE TABLE article_labels (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (article, annotator, name)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE articles (
        number INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        id TEXT,
        title TEXT NOT NULL,
        search TEXT NOT NULL,
        length INTEGER NOT NULL,
        paragraphs INTEGER NOT NULL,
        added_at TEXT NOT NULL,
        meta TEXT NOT NULL
    , merged INTEGER NOT NULL DEFAULT 1, import INTEGER REFERENCES project_events (number), removed INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "articles" VALUES(1,'69279e7f56c3425c330bc7e2a372463b','a1','First','first
a1',62,3,'2026-11-27T12:08:13.606Z','{"source":"https://news.example/1"}',0,1,0);
INSERT INTO "articles" VALUES(2,'0f4b2029068467850234267b53dcacf1','a2','Second','second
a2',37,2,'2026-11-27T12:08:13.606Z','{}',0,1,0);
INSERT INTO "articles" VALUES(3,'8b083abba7f0f9fe99abf61e7c3274f1',NULL,'Three more fled to Kharsa.','three more fled to kharsa.
',45,2,'2026-11-27T12:08:13.606Z','{}',0,1,0);
CREATE TABLE completions (
        import INTEGER NOT NULL REFERENCES project_events (number),
        article INTEGER NOT NULL REFERENCES articles (number),
        was TEXT NOT NULL,
        became TEXT NOT NULL,
        PRIMARY KEY (import, article)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE events (
        id TEXT PRIMARY KEY,
        "action" TEXT NOT NULL,
        at TEXT NOT NULL,
        annotator TEXT NOT NULL,
        article INTEGER NOT NULL REFERENCES articles (number),
        kind TEXT NOT NULL,
        payload TEXT NOT NULL
    ) STRICT;
INSERT INTO "events" VALUES('01a21ce7-f626-769d-a36d-6a3f519715f9','01a21ce7-f626-769d-a36d-6a3f519715f9','2026-11-27T12:08:13.606Z','ana',1,'add','{"spans":[{"id":"s1","start":0,"end":7,"label":"actor","attributes":{"count":2}},{"id":"s2","start":16,"end":22,"label":"weapon"}],"import":"2b658ba3c1d1633f4f1eab369060466a"}');
INSERT INTO "events" VALUES('01a21ce7-f626-769d-a36d-6a3f519715fa','01a21ce7-f626-769d-a36d-6a3f519715f9','2026-11-27T12:08:13.606Z','ana',1,'finish','{"paragraphs":[0,1,2],"import":"2b658ba3c1d1633f4f1eab369060466a"}');
INSERT INTO "events" VALUES('01a21ce7-f626-769d-a36d-6a3f519715fb','01a21ce7-f626-769d-a36d-6a3f519715fb','2026-11-27T12:08:13.606Z','bea',2,'finish','{"paragraphs":[0,1],"import":"0e6d3a2255bd22ee93db60604452345e"}');
INSERT INTO "events" VALUES('01a21ce7-f627-74ae-a61a-85bcc0543969','01a21ce7-f627-74ae-a61a-85bcc0543969','2026-11-27T12:08:13.607Z','ana',3,'add','{"spans":[{"id":"s1","start":19,"end":25,"label":"location"}]}');
INSERT INTO "events" VALUES('01a21ce7-f627-74ae-a61a-85bcc054396a','01a21ce7-f627-74ae-a61a-85bcc0543969','2026-11-27T12:08:13.607Z','ana',3,'note','{"paragraph":1,"text":"When?"}');
INSERT INTO "events" VALUES('01a21ce7-f628-7d39-88b0-f83e001a2038','01a21ce7-f628-7d39-88b0-f83e001a2038','2026-11-27T12:08:13.608Z','ana',3,'finish','{"paragraphs":[0]}');
INSERT INTO "events" VALUES('01a21ce7-f628-7d39-88b0-f83e001a2039','01a21ce7-f628-7d39-88b0-f83e001a2038','2026-11-27T12:08:13.608Z','ana',3,'flag','{"paragraphs":[0]}');
CREATE TABLE imports (digest TEXT PRIMARY KEY, import INTEGER REFERENCES project_events (number)) STRICT, WITHOUT ROWID;
INSERT INTO "imports" VALUES('0e6d3a2255bd22ee93db60604452345e',1);
INSERT INTO "imports" VALUES('2b658ba3c1d1633f4f1eab369060466a',1);
CREATE TABLE paragraph_states (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        position INTEGER NOT NULL,
        state TEXT,
        note TEXT, flagged INTEGER,
        PRIMARY KEY (article, annotator, position)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "paragraph_states" VALUES(1,'ana',0,'finished',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(1,'ana',1,'finished',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(1,'ana',2,'finished',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(2,'bea',0,'finished',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(2,'bea',1,'finished',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(3,'ana',0,'finished',NULL,1);
INSERT INTO "paragraph_states" VALUES(3,'ana',1,NULL,'When?',NULL);
CREATE TABLE paragraphs (
        article INTEGER NOT NULL REFERENCES articles (number),
        position INTEGER NOT NULL,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        PRIMARY KEY (article, position)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "paragraphs" VALUES(1,0,0,13);
INSERT INTO "paragraphs" VALUES(1,1,14,34);
INSERT INTO "paragraphs" VALUES(1,2,35,62);
INSERT INTO "paragraphs" VALUES(2,0,0,16);
INSERT INTO "paragraphs" VALUES(2,1,17,37);
INSERT INTO "paragraphs" VALUES(3,0,0,26);
INSERT INTO "paragraphs" VALUES(3,1,27,45);
CREATE TABLE positions (
        annotator TEXT NOT NULL,
        article INTEGER NOT NULL REFERENCES articles (number),
        "offset" INTEGER NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (annotator, article)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE progress (
        annotator TEXT NOT NULL,
        article INTEGER NOT NULL REFERENCES articles (number),
        finished INTEGER NOT NULL,
        skipped INTEGER NOT NULL,
        flagged INTEGER NOT NULL,
        boilerplate INTEGER NOT NULL,
        unfinished INTEGER NOT NULL,
        spans INTEGER NOT NULL,
        touched_at TEXT NOT NULL,
        last_event TEXT NOT NULL,
        PRIMARY KEY (annotator, article)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "progress" VALUES('ana',1,3,0,0,0,0,2,'2026-11-27T12:08:13.606Z','01a21ce7-f626-769d-a36d-6a3f519715fa');
INSERT INTO "progress" VALUES('ana',3,1,0,1,0,1,1,'2026-11-27T12:08:13.608Z','01a21ce7-f628-7d39-88b0-f83e001a2039');
INSERT INTO "progress" VALUES('bea',2,2,0,0,0,0,0,'2026-11-27T12:08:13.606Z','01a21ce7-f626-769d-a36d-6a3f519715fb');
CREATE TABLE project_events (
        number INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        annotator TEXT NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL
    ) STRICT;
INSERT INTO "project_events" VALUES(1,'2026-11-27T12:08:13.606Z','ana','import','{"files":["a.jsonl"],"after":""}');
INSERT INTO "project_events" VALUES(2,'2026-11-27T12:08:13.608Z','ana','remove','{"articles":[2]}');
INSERT INTO "project_events" VALUES(3,'2026-11-27T12:08:13.609Z','ana','restore','{"articles":[2],"import":null}');
CREATE TABLE relations (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        id TEXT NOT NULL,
        label TEXT NOT NULL,
        head TEXT NOT NULL,
        tail TEXT NOT NULL,
        PRIMARY KEY (article, annotator, id)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE spans (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        id TEXT NOT NULL,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        label TEXT NOT NULL,
        attributes TEXT,
        fragments TEXT,
        note TEXT,
        source TEXT NOT NULL,
        confidence REAL,
        model TEXT,
        PRIMARY KEY (article, annotator, id)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "spans" VALUES(1,'ana','s1',0,7,'actor','{"count":2}',NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(1,'ana','s2',16,22,'weapon',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(3,'ana','s1',19,25,'location',NULL,NULL,NULL,'hand',NULL,NULL);
CREATE TABLE suggestions (
        article INTEGER NOT NULL REFERENCES articles (number),
        source TEXT NOT NULL,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        label TEXT NOT NULL,
        confidence REAL,
        model TEXT, import INTEGER REFERENCES project_events (number),
        PRIMARY KEY (article, source, "start", "end", label)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE texts (
        article INTEGER PRIMARY KEY REFERENCES articles (number),
        text TEXT NOT NULL
    ) STRICT;
INSERT INTO "texts" VALUES(1,'Two men fled.
A rocket hit Kharsa.
Subscribe to our newsletter');
INSERT INTO "texts" VALUES(2,'Nobody was hurt.
The harbour is open.');
INSERT INTO "texts" VALUES(3,'Three more fled to Kharsa.
They left at dawn.');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX articles_id ON articles (id) WHERE id IS NOT NULL;
CREATE INDEX events_layer ON events (article, annotator, id);
CREATE INDEX events_action ON events ("action") WHERE "action" <> id;
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE INDEX progress_touched ON progress (annotator, touched_at);
CREATE VIEW span_texts AS
    SELECT articles.title, spans.annotator, spans.label,
        substr(texts.text, spans."start" + 1, spans."end" - spans."start") AS text,
        spans."start", spans."end", spans.note, spans.source, spans.article, spans.id
    FROM spans JOIN articles ON articles.number = spans.article
    JOIN texts ON texts.article = spans.article;
CREATE VIEW article_progress AS
    SELECT articles.number, articles.title, progress.annotator, progress.finished, articles.paragraphs,
        progress.unfinished, progress.flagged, progress.spans, progress.touched_at
    FROM articles LEFT JOIN progress ON progress.article = articles.number;
CREATE VIEW label_counts AS
    SELECT annotator, label, count(*) AS spans FROM spans GROUP BY annotator, label;
CREATE INDEX articles_copies ON articles (substr(key, 1, 32), CAST(substr(key, 34) AS INTEGER))
        WHERE length(key) > 32;
CREATE INDEX articles_title ON articles (title);
CREATE TRIGGER project_events_are_never_changed BEFORE UPDATE ON project_events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER project_events_are_never_deleted BEFORE DELETE ON project_events
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE INDEX articles_removed ON articles (number) WHERE removed;
COMMIT;
PRAGMA application_id = 1936744814;
PRAGMA user_version = 3;
