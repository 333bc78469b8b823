BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'spantag','m001_initial','2026-11-27 18:30:40.754228+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'spantag','m002_flags','2026-11-27 18:30:40.754540+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'spantag','m003_identity','2026-11-27 18:30:40.755605+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'spantag','m004_checksums','2026-11-27 18:30:40.756129+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'spantag','m005_boilerplate','2026-11-27 20:41:50.669635+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'spantag','m006_more_than_spans','2026-11-28 07:09:18.379637+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'spantag','m007_search_without_accents','2026-11-28 07:09:18.379810+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'spantag','m008_sync','2026-11-28 07:09:18.380833+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'spantag','m009_article_changes','2026-11-28 07:09:18.381522+00:00');
INSERT INTO "_sqlite_migrations" VALUES(10,'spantag','m010_finding','2026-11-28 07:09:18.381787+00:00');
INSERT INTO "_sqlite_migrations" VALUES(11,'spantag','m011_awaited_articles','2026-11-28 07:09:18.381920+00:00');
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
INSERT INTO "article_labels" VALUES(3,'ana','topic','["flight"]');
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
INSERT INTO "article_values" VALUES('annotator','bea',2);
INSERT INTO "article_values" VALUES('source','b.txt',3);
INSERT INTO "article_values" VALUES('source','c.txt',4);
INSERT INTO "article_values" VALUES('source','https://news.example/1',1);
INSERT INTO "article_values" VALUES('title','first',1);
INSERT INTO "article_values" VALUES('title','second',2);
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
INSERT INTO "articles" VALUES(1,'69279e7f56c3425c330bc7e2a372463b','a1','Two men fled.','two men fled.
a1',62,3,'2026-11-27T18:30:40.843Z','{"source":"https://news.example/1","title":"First"}',0,1,0,555963388,'[2]',1);
INSERT INTO "articles" VALUES(2,'0f4b2029068467850234267b53dcacf1','a2','Nobody was hurt.','nobody was hurt.
a2',37,2,'2026-11-27T18:30:40.843Z','{"title":"Second","annotator":"bea"}',0,1,0,743226428,NULL,1);
INSERT INTO "articles" VALUES(3,'3060b5fc7a9f75b3e7bf94beb388f724',NULL,'Three more fled to Kharsa.','three more fled to kharsa.
',65,3,'2026-11-27T18:30:40.845Z','{"source":"b.txt"}',0,2,0,1243776537,'[2]',1);
INSERT INTO "articles" VALUES(4,'1e5d73ce35f2f78cffb148d48ff7fca9',NULL,'This one is taken back.','this one is taken back.
',23,1,'2026-11-27T18:30:40.846Z','{"source":"c.txt"}',0,3,1,2598729446,NULL,1);
CREATE TABLE assigned_pulls (
        server TEXT NOT NULL REFERENCES servers (name),
        annotator TEXT NOT NULL,
        pulled INTEGER NOT NULL,
        pulled_id TEXT NOT NULL,
        PRIMARY KEY (server, annotator)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE awaited_articles (
        name TEXT NOT NULL,
        step INTEGER NOT NULL REFERENCES project_events (number),
        article INTEGER REFERENCES articles (number),
        PRIMARY KEY (name, step)
    ) STRICT, WITHOUT ROWID;
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
INSERT INTO "events" VALUES('01a21e46-1bcb-7cc2-9cd3-b57f95deea4b','01a21e46-1bcb-7cc2-9cd3-b57f95deea4b','2026-11-27T18:30:40.843Z','ana',1,'add','{"spans":[{"id":"s1","start":0,"end":7,"label":"actor","attributes":{"count":2}},{"id":"s2","start":16,"end":22,"label":"weapon"}],"import":"2b658ba3c1d1633f4f1eab369060466a"}',3922530654);
INSERT INTO "events" VALUES('01a21e46-1bcb-7cc2-9cd3-b57f95deea4c','01a21e46-1bcb-7cc2-9cd3-b57f95deea4b','2026-11-27T18:30:40.843Z','ana',1,'finish','{"paragraphs":[0,1,2],"import":"2b658ba3c1d1633f4f1eab369060466a"}',1380293686);
INSERT INTO "events" VALUES('01a21e46-1bcb-7cc2-9cd3-b57f95deea4d','01a21e46-1bcb-7cc2-9cd3-b57f95deea4d','2026-11-27T18:30:40.843Z','ana',2,'finish','{"paragraphs":[0,1],"import":"a9e75b3f1afd442a3d47174e72d11aa0"}',510233649);
INSERT INTO "events" VALUES('01a21e46-1bce-7fc9-946d-d0ed54187fb9','01a21e46-1bce-7fc9-946d-d0ed54187fb9','2026-11-27T18:30:40.846Z','ana',3,'add','{"spans":[{"id":"s1","start":19,"end":25,"label":"location"}]}',714571619);
INSERT INTO "events" VALUES('01a21e46-1bce-7fc9-946d-d0ed54187fba','01a21e46-1bce-7fc9-946d-d0ed54187fb9','2026-11-27T18:30:40.846Z','ana',3,'note','{"paragraph":1,"text":"When?"}',2304591856);
INSERT INTO "events" VALUES('01a21e46-1bce-7fc9-946d-d0ed54187fbb','01a21e46-1bce-7fc9-946d-d0ed54187fbb','2026-11-27T18:30:40.846Z','ana',3,'finish','{"paragraphs":[0]}',1722729158);
INSERT INTO "events" VALUES('01a21e46-1bce-7fc9-946d-d0ed54187fbc','01a21e46-1bce-7fc9-946d-d0ed54187fbb','2026-11-27T18:30:40.846Z','ana',3,'flag','{"paragraphs":[0]}',1959161555);
INSERT INTO "events" VALUES('01a21e46-1bcf-74db-9a0f-53740557736b','01a21e46-1bcf-74db-9a0f-53740557736b','2026-11-27T18:30:40.847Z','ana',3,'accept','{"spans":[{"id":"s2","start":0,"end":10,"label":"actor","origin":{"source":"learner","confidence":0.5,"model":"1"}}]}',3429492010);
INSERT INTO "events" VALUES('01a21e46-1bcf-777c-8a39-725b5dde42a6','01a21e46-1bcf-777c-8a39-725b5dde42a6','2026-11-27T18:30:40.847Z','ana',3,'reject','{"spans":[{"id":"s3","start":27,"end":31,"label":"actor","origin":{"source":"repeats"}}]}',4081235464);
INSERT INTO "events" VALUES('01a21e46-1bcf-777c-8a39-725b5dde42a7','01a21e46-1bcf-777c-8a39-725b5dde42a7','2026-11-27T18:30:40.847Z','ana',3,'relate','{"relations":[{"id":"r1","label":"at","head":"s2","tail":"s1"}]}',17652492);
INSERT INTO "events" VALUES('01a21e46-1bcf-777c-8a39-725b5dde42a8','01a21e46-1bcf-777c-8a39-725b5dde42a8','2026-11-27T18:30:40.847Z','ana',3,'tag','{"name":"topic","value":["flight"]}',3294239715);
INSERT INTO "events" VALUES('01a21e46-1bcf-777c-8a39-725b5dde42a9','01a21e46-1bcf-777c-8a39-725b5dde42a9','2026-11-27T18:30:40.847Z','ana',3,'change','{"span":"s2","start":6,"end":10,"fragments":[]}',577200725);
INSERT INTO "events" VALUES('01a21e46-1bd0-79a5-9ac0-27ae56ea0ed4','01a21e46-1bd0-79a5-9ac0-27ae56ea0ed4','2026-11-27T18:30:40.848Z','ana',3,'remove','{"spans":["s2"]}',1221679919);
INSERT INTO "events" VALUES('01a21e46-1bd0-7a85-bce2-fc34fb9c5097','01a21e46-1bd0-7a85-bce2-fc34fb9c5097','2026-11-27T18:30:40.848Z','ana',3,'undo','{"action":"01a21e46-1bd0-79a5-9ac0-27ae56ea0ed4"}',1354076221);
INSERT INTO "events" VALUES('01a21e46-1bd0-7a85-bce2-fc34fb9c5098','01a21e46-1bd0-7a85-bce2-fc34fb9c5098','2026-11-27T18:30:40.848Z','ana',1,'reopen','{"paragraphs":[2]}',2141257633);
INSERT INTO "events" VALUES('01a21e46-1bd0-7a85-bce2-fc34fb9c5099','01a21e46-1bd0-7a85-bce2-fc34fb9c5099','2026-11-27T18:30:40.848Z','ana',1,'boilerplate','{"paragraphs":[2]}',1649262834);
CREATE TABLE imports (digest TEXT PRIMARY KEY, import INTEGER REFERENCES project_events (number)) STRICT, WITHOUT ROWID;
INSERT INTO "imports" VALUES('2b658ba3c1d1633f4f1eab369060466a',1);
INSERT INTO "imports" VALUES('a9e75b3f1afd442a3d47174e72d11aa0',1);
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
INSERT INTO "paragraph_states" VALUES(1,'ana',0,'finished',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(1,'ana',1,'finished',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(1,'ana',2,'boilerplate',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(2,'ana',0,'finished',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(2,'ana',1,'finished',NULL,NULL);
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
INSERT INTO "paragraphs" VALUES(3,2,46,65);
INSERT INTO "paragraphs" VALUES(4,0,0,23);
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
INSERT INTO "progress" VALUES('ana',1,2,0,0,1,0,2,'2026-11-27T18:30:40.848Z','01a21e46-1bd0-7a85-bce2-fc34fb9c5099',2150834814091175914,4);
INSERT INTO "progress" VALUES('ana',2,2,0,0,0,0,0,'2026-11-27T18:30:40.843Z','01a21e46-1bcb-7cc2-9cd3-b57f95deea4d',1018237945504356005,1);
INSERT INTO "progress" VALUES('ana',3,1,0,1,1,1,2,'2026-11-27T18:30:40.848Z','01a21e46-1bd0-7a85-bce2-fc34fb9c5097',8909712814212796952,11);
CREATE TABLE project_events (
        number INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        annotator TEXT NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL
    , id TEXT) STRICT;
INSERT INTO "project_events" VALUES(1,'2026-11-27T18:30:40.843Z','ana','import','{"files":["a.jsonl"],"after":""}','01a21e46-1bcb-70e1-9d5b-717d712e7ebd');
INSERT INTO "project_events" VALUES(2,'2026-11-27T18:30:40.845Z','ana','import','{"files":["b.txt"],"after":"01a21e46-1bcb-7cc2-9cd3-b57f95deea4d"}','01a21e46-1bcd-7101-8559-75a896d630fa');
INSERT INTO "project_events" VALUES(3,'2026-11-27T18:30:40.846Z','ana','import','{"files":["c.txt"],"after":"01a21e46-1bcb-7cc2-9cd3-b57f95deea4d"}','01a21e46-1bce-73fb-9e04-89642585979b');
INSERT INTO "project_events" VALUES(4,'2026-11-27T18:30:40.848Z','ana','remove','{"articles":[2]}','01a21e46-1bd0-7033-bbcb-33ded3738f47');
INSERT INTO "project_events" VALUES(5,'2026-11-27T18:30:40.849Z','ana','restore','{"articles":[2],"import":null}','01a21e46-1bd1-7002-abcf-d5e93161c35a');
INSERT INTO "project_events" VALUES(6,'2026-11-27T18:30:40.849Z','ana','undo import','{"import":3,"articles":[4]}','01a21e46-1bd1-7137-a374-1e26f33a9d45');
CREATE TABLE relations (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        id TEXT NOT NULL,
        label TEXT NOT NULL,
        head TEXT NOT NULL,
        tail TEXT NOT NULL,
        PRIMARY KEY (article, annotator, id)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "relations" VALUES(3,'ana','r1','at','s2','s1');
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
INSERT INTO "spans" VALUES(1,'ana','s1',0,7,'actor','{"count":2}',NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(1,'ana','s2',16,22,'weapon',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(3,'ana','s1',19,25,'location',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(3,'ana','s2',6,10,'actor',NULL,NULL,NULL,'learner',0.5,'1');
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
They left at dawn.
All rights reserved');
INSERT INTO "texts" VALUES(4,'This one is taken back.');
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
PRAGMA user_version = 11;
