BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'spantag','m001_initial','2026-11-27 20:56:48.272426+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'spantag','m002_flags','2026-11-27 20:56:48.272729+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'spantag','m003_identity','2026-11-27 20:56:48.273857+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'spantag','m004_checksums','2026-11-27 20:56:48.274552+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'spantag','m005_boilerplate','2026-11-27 20:56:48.275018+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'spantag','m006_more_than_spans','2026-11-27 20:56:48.275177+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'spantag','m007_search_without_accents','2026-11-27 21:59:45.985097+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'spantag','m008_sync','2026-11-27 22:32:44.012208+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'spantag','m009_article_changes','2026-11-27 23:55:44.168906+00:00');
INSERT INTO "_sqlite_migrations" VALUES(10,'spantag','m010_finding','2026-11-28 00:04:52.785230+00:00');
CREATE TABLE article_changes (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        article INTEGER NOT NULL UNIQUE REFERENCES articles (number)
    ) STRICT;
CREATE TABLE article_labels (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (article, annotator, name)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE article_names (
        name TEXT PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES articles (number)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE article_values (
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        article INTEGER NOT NULL REFERENCES articles (number),
        PRIMARY KEY (key, value, article)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "article_values" VALUES('source','https://example.org/1',1);
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
    , merged INTEGER NOT NULL DEFAULT 1, import INTEGER REFERENCES project_events (number), removed INTEGER NOT NULL DEFAULT 0, checksum INTEGER, boilerplate_guess TEXT, boilerplate_rule INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "articles" VALUES(1,'b9771da6409f1ab23c814bf802b3b33e','b1','Café at the Straße','cafe at the strasse
b1',49,3,'2026-11-27T20:56:48.308Z','{"source":"https://example.org/1"}',0,1,0,2971353433,NULL,1);
INSERT INTO "articles" VALUES(2,'56bb197e36f67aeb02e9b456a9a18bcd','b2','ΟΔΌΣ 9','οδοσ 9
b2',16,1,'2026-11-27T20:56:48.308Z','{}',0,1,0,4265769975,NULL,1);
INSERT INTO "articles" VALUES(3,'90bf9d69fa433d5807d059896c36bf41',NULL,'Three more fled to Kharsa.','three more fled to kharsa.
',26,1,'2026-11-27T20:56:48.308Z','{}',0,1,0,2703083291,NULL,1);
CREATE TABLE completions (
        import INTEGER NOT NULL REFERENCES project_events (number),
        article INTEGER NOT NULL REFERENCES articles (number),
        was TEXT NOT NULL,
        became TEXT NOT NULL,
        PRIMARY KEY (import, article)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE entities (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        spans TEXT NOT NULL,
        PRIMARY KEY (article, annotator, id)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE events (
        id TEXT PRIMARY KEY,
        "action" TEXT NOT NULL,
        at TEXT NOT NULL,
        annotator TEXT NOT NULL,
        article INTEGER NOT NULL REFERENCES articles (number),
        kind TEXT NOT NULL,
        payload TEXT NOT NULL
    , checksum INTEGER) STRICT;
INSERT INTO "events" VALUES('01a21ecb-e3b4-7826-b9bf-c66e1121b8cd','01a21ecb-e3b4-7826-b9bf-c66e1121b8cd','2026-11-27T20:56:48.308Z','ana',1,'add','{"spans":[{"id":"s1","start":0,"end":7,"label":"actor"},{"id":"s2","start":24,"end":29,"label":"weapon"}],"import":"cba21185fba7fe31c209d7b1a2fccdf7"}',2408233216);
INSERT INTO "events" VALUES('01a21ecb-e3b4-7826-b9bf-c66e1121b8ce','01a21ecb-e3b4-7826-b9bf-c66e1121b8cd','2026-11-27T20:56:48.308Z','ana',1,'finish','{"paragraphs":[0,1],"import":"cba21185fba7fe31c209d7b1a2fccdf7"}',1883361477);
INSERT INTO "events" VALUES('01a21ecb-e3b4-7826-b9bf-c66e1121b8cf','01a21ecb-e3b4-7826-b9bf-c66e1121b8cd','2026-11-27T20:56:48.308Z','ana',1,'skip','{"paragraphs":[2],"import":"cba21185fba7fe31c209d7b1a2fccdf7"}',716031417);
INSERT INTO "events" VALUES('01a21ecb-e3b4-7826-b9bf-c66e1121b8d0','01a21ecb-e3b4-7826-b9bf-c66e1121b8cd','2026-11-27T20:56:48.308Z','ana',1,'flag','{"paragraphs":[0],"import":"cba21185fba7fe31c209d7b1a2fccdf7"}',2141944305);
INSERT INTO "events" VALUES('01a21ecb-e3b4-7826-b9bf-c66e1121b8d1','01a21ecb-e3b4-7826-b9bf-c66e1121b8d1','2026-11-27T20:56:48.308Z','ana',2,'finish','{"paragraphs":[0],"import":"c6187430f61d70e2ceb705a687409fad"}',2901422775);
INSERT INTO "events" VALUES('01a21ecb-e3b4-7826-b9bf-c66e1121b8d2','01a21ecb-e3b4-7826-b9bf-c66e1121b8d2','2026-11-27T20:56:48.308Z','ana',3,'add','{"spans":[{"id":"s1","start":0,"end":10,"label":"casualty"}],"import":"9dde708bc0226eef62cadd8d6af8dd96"}',224385584);
INSERT INTO "events" VALUES('01a21ecb-e3b4-7826-b9bf-c66e1121b8d3','01a21ecb-e3b4-7826-b9bf-c66e1121b8d2','2026-11-27T20:56:48.308Z','ana',3,'finish','{"paragraphs":[0],"import":"9dde708bc0226eef62cadd8d6af8dd96"}',3988284611);
CREATE TABLE imports (digest TEXT PRIMARY KEY, import INTEGER REFERENCES project_events (number)) STRICT, WITHOUT ROWID;
INSERT INTO "imports" VALUES('9dde708bc0226eef62cadd8d6af8dd96',1);
INSERT INTO "imports" VALUES('c6187430f61d70e2ceb705a687409fad',1);
INSERT INTO "imports" VALUES('cba21185fba7fe31c209d7b1a2fccdf7',1);
CREATE TABLE joined_articles (
        article INTEGER PRIMARY KEY REFERENCES articles (number),
        same_as INTEGER NOT NULL REFERENCES articles (number)
    ) STRICT;
CREATE TABLE paragraph_labels (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (article, annotator, position, name)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE paragraph_states (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        position INTEGER NOT NULL,
        state TEXT,
        note TEXT, flagged INTEGER,
        PRIMARY KEY (article, annotator, position)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "paragraph_states" VALUES(1,'ana',0,'finished',NULL,1);
INSERT INTO "paragraph_states" VALUES(1,'ana',1,'finished',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(1,'ana',2,'skipped',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(2,'ana',0,'finished',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(3,'ana',0,'finished',NULL,NULL);
CREATE TABLE paragraphs (
        article INTEGER NOT NULL REFERENCES articles (number),
        position INTEGER NOT NULL,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        PRIMARY KEY (article, position)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "paragraphs" VALUES(1,0,0,13);
INSERT INTO "paragraphs" VALUES(1,1,15,31);
INSERT INTO "paragraphs" VALUES(1,2,33,49);
INSERT INTO "paragraphs" VALUES(2,0,0,16);
INSERT INTO "paragraphs" VALUES(3,0,0,26);
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
        last_event TEXT NOT NULL, checksum INTEGER, events INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (annotator, article)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "progress" VALUES('ana',1,2,1,1,0,0,2,'2026-11-27T20:56:48.308Z','01a21ecb-e3b4-7826-b9bf-c66e1121b8d0',3677548941082927050,4);
INSERT INTO "progress" VALUES('ana',2,1,0,0,0,0,0,'2026-11-27T20:56:48.308Z','01a21ecb-e3b4-7826-b9bf-c66e1121b8d1',723292308565449476,1);
INSERT INTO "progress" VALUES('ana',3,1,0,0,0,0,1,'2026-11-27T20:56:48.308Z','01a21ecb-e3b4-7826-b9bf-c66e1121b8d3',3758306105641318250,2);
CREATE TABLE project_events (
        number INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        annotator TEXT NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL
    , id TEXT) STRICT;
INSERT INTO "project_events" VALUES(1,'2026-11-27T20:56:48.308Z','ana','import','{"files":["a.jsonl"],"after":""}','01a21ecb-e3b4-72a0-8b36-ebf2ce3b55d5');
CREATE TABLE relations (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        id TEXT NOT NULL,
        label TEXT NOT NULL,
        head TEXT NOT NULL,
        tail TEXT NOT NULL,
        PRIMARY KEY (article, annotator, id)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE server_articles (
        server TEXT NOT NULL REFERENCES servers (name),
        article INTEGER NOT NULL REFERENCES articles (number),
        digest TEXT NOT NULL,
        PRIMARY KEY (server, article)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE servers (
        name TEXT PRIMARY KEY,
        pulled INTEGER NOT NULL,
        pulled_id TEXT NOT NULL,
        pushed INTEGER NOT NULL
    , sent_article INTEGER NOT NULL DEFAULT 0, sent_change INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
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
INSERT INTO "spans" VALUES(1,'ana','s1',0,7,'actor',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(1,'ana','s2',24,29,'weapon',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(3,'ana','s1',0,10,'casualty',NULL,NULL,NULL,'hand',NULL,NULL);
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

They had AK-47s.

Nobody was hurt.');
INSERT INTO "texts" VALUES(2,'Nobody was hurt.');
INSERT INTO "texts" VALUES(3,'Three more fled to Kharsa.');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX articles_id ON articles (id) WHERE id IS NOT NULL;
CREATE INDEX events_layer ON events (article, annotator, id);
CREATE INDEX events_action ON events ("action") WHERE "action" <> id;
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
CREATE TRIGGER project_events_are_never_deleted BEFORE DELETE ON project_events
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE INDEX articles_removed ON articles (number) WHERE removed;
CREATE TRIGGER events_are_never_changed
    BEFORE UPDATE OF id, "action", at, annotator, kind, payload ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE INDEX article_names_article ON article_names (article);
CREATE UNIQUE INDEX project_events_id ON project_events (id);
CREATE TRIGGER project_events_are_never_changed BEFORE UPDATE ON project_events
        BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER article_changes AFTER UPDATE OF key, id, title, meta, added_at ON articles
    BEGIN
        DELETE FROM article_changes WHERE article = NEW.number;
        INSERT INTO article_changes (article) VALUES (NEW.number);
    END;
CREATE TRIGGER article_is_named AFTER INSERT ON article_names
    BEGIN
        DELETE FROM article_changes WHERE article = NEW.article;
        INSERT INTO article_changes (article) VALUES (NEW.article);
    END;
CREATE TRIGGER article_is_named_anew AFTER UPDATE ON article_names
    BEGIN
        DELETE FROM article_changes WHERE article = NEW.article;
        INSERT INTO article_changes (article) VALUES (NEW.article);
    END;
CREATE INDEX articles_search ON articles (search) WHERE NOT removed;
CREATE INDEX spans_label ON spans (label, annotator);
CREATE INDEX spans_noted ON spans (annotator) WHERE note IS NOT NULL;
CREATE INDEX paragraphs_noted ON paragraph_states (annotator) WHERE note IS NOT NULL;
CREATE INDEX article_labels_name ON article_labels (name, value, annotator);
DELETE FROM "sqlite_sequence";
COMMIT;
PRAGMA application_id = 1936744814;
PRAGMA user_version = 10;
