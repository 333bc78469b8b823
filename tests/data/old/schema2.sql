PRAGMA application_id = 1936744814;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'spantag','m001_initial','2026-11-27 02:51:06.720747+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'spantag','m002_flags','2026-11-27 03:12:45.847175+00:00');
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
    ) STRICT;
INSERT INTO "articles" VALUES(1,'a33b84f1b2a64c98509be38c01d8497a',NULL,'Ferry crews on strike','ferry crews on strike
',122,5,'2026-11-27T02:51:06.875Z','{}');
INSERT INTO "articles" VALUES(2,'39d4d406477572e1acb965a9b99ce066','g1','Rain closed the pass near Lomar.','rain closed the pass near lomar.
g1',52,2,'2026-11-27T02:51:06.887Z','{}');
INSERT INTO "articles" VALUES(3,'646621dc2927dbcfa73f82c234ee6895',NULL,'A short message.','a short message.
',16,1,'2026-11-27T02:51:06.887Z','{}');
CREATE TABLE events (
        id TEXT PRIMARY KEY,
        "action" TEXT NOT NULL,
        at TEXT NOT NULL,
        annotator TEXT NOT NULL,
        article INTEGER NOT NULL REFERENCES articles (number),
        kind TEXT NOT NULL,
        payload TEXT NOT NULL
    ) STRICT;
INSERT INTO "events" VALUES('01a21ae9-e907-7f12-899e-0cfcf50315a0','01a21ae9-e907-7f12-899e-0cfcf50315a0','2026-11-27T02:51:06.887Z','bea',2,'add','{"spans":[{"id":"s1","start":26,"end":31,"label":"location"}],"import":"c9e7b34588bd8ddda8a0b33c9749f12a"}');
INSERT INTO "events" VALUES('01a21ae9-e907-7f12-899e-0cfcf50315a1','01a21ae9-e907-7f12-899e-0cfcf50315a0','2026-11-27T02:51:06.887Z','bea',2,'finish','{"paragraphs":[0],"import":"c9e7b34588bd8ddda8a0b33c9749f12a"}');
INSERT INTO "events" VALUES('01a21ae9-e907-7f12-899e-0cfcf50315a2','01a21ae9-e907-7f12-899e-0cfcf50315a0','2026-11-27T02:51:06.887Z','bea',2,'flag','{"paragraphs":[1],"import":"c9e7b34588bd8ddda8a0b33c9749f12a"}');
INSERT INTO "events" VALUES('01a21ae9-e907-7f12-899e-0cfcf50315a3','01a21ae9-e907-7f12-899e-0cfcf50315a0','2026-11-27T02:51:06.887Z','bea',2,'note','{"paragraph":0,"text":"which Lomar?","import":"c9e7b34588bd8ddda8a0b33c9749f12a"}');
INSERT INTO "events" VALUES('01a21ae9-e907-7f12-899e-0cfcf50315a4','01a21ae9-e907-7f12-899e-0cfcf50315a4','2026-11-27T02:51:06.887Z','ana',3,'finish','{"paragraphs":[0],"import":"223fcdc7f31b5458e466f4430df7ddc9"}');
INSERT INTO "events" VALUES('01a21ae9-e908-77e0-a6a0-2d836b514466','01a21ae9-e908-77e0-a6a0-2d836b514466','2026-11-27T02:51:06.888Z','ana',1,'add','{"spans":[{"id":"x1","start":23,"end":34,"label":"actor"}]}');
INSERT INTO "events" VALUES('01a21ae9-e909-7794-a983-4f8460601b2b','01a21ae9-e909-7794-a983-4f8460601b2b','2026-11-27T02:51:06.889Z','ana',1,'finish','{"paragraphs":[0]}');
INSERT INTO "events" VALUES('01a21ae9-e909-7efc-9248-584dc9a7c735','01a21ae9-e909-7efc-9248-584dc9a7c735','2026-11-27T02:51:06.889Z','ana',1,'flag','{"paragraphs":[0]}');
INSERT INTO "events" VALUES('01a21ae9-e90a-7a1d-8d18-2f7a6a269c3e','01a21ae9-e90a-7a1d-8d18-2f7a6a269c3e','2026-11-27T02:51:06.890Z','ana',1,'flag','{"paragraphs":[1]}');
INSERT INTO "events" VALUES('01a21ae9-e90a-7c64-a965-86fa98588e5f','01a21ae9-e90a-7c64-a965-86fa98588e5f','2026-11-27T02:51:06.890Z','ana',1,'finish','{"paragraphs":[1]}');
INSERT INTO "events" VALUES('01a21ae9-e90a-7c64-a965-86fa98588e60','01a21ae9-e90a-7c64-a965-86fa98588e60','2026-11-27T02:51:06.890Z','ana',1,'flag','{"paragraphs":[2]}');
INSERT INTO "events" VALUES('01a21ae9-e90b-7829-a5e9-8043790c6be7','01a21ae9-e90b-7829-a5e9-8043790c6be7','2026-11-27T02:51:06.891Z','ana',1,'reopen','{"paragraphs":[2]}');
INSERT INTO "events" VALUES('01a21ae9-e90b-7829-a5e9-8043790c6be8','01a21ae9-e90b-7829-a5e9-8043790c6be8','2026-11-27T02:51:06.891Z','ana',1,'flag','{"paragraphs":[3]}');
INSERT INTO "events" VALUES('01a21ae9-e90b-7829-a5e9-8043790c6be9','01a21ae9-e90b-7829-a5e9-8043790c6be9','2026-11-27T02:51:06.891Z','ana',1,'undo','{"action":"01a21ae9-e90b-7829-a5e9-8043790c6be8"}');
INSERT INTO "events" VALUES('01a21ae9-e90c-786c-b7cb-01e55b757edf','01a21ae9-e90c-786c-b7cb-01e55b757edf','2026-11-27T02:51:06.892Z','ana',1,'note','{"span":"x1","text":"or the port''s?"}');
INSERT INTO "events" VALUES('01a21ae9-e90c-7e2b-96e8-808c52d0e8d0','01a21ae9-e90c-7e2b-96e8-808c52d0e8d0','2026-11-27T02:51:06.892Z','ana',1,'skip','{"paragraphs":[3]}');
CREATE TABLE imports (digest TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO "imports" VALUES('223fcdc7f31b5458e466f4430df7ddc9');
INSERT INTO "imports" VALUES('c9e7b34588bd8ddda8a0b33c9749f12a');
CREATE TABLE paragraph_states (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        position INTEGER NOT NULL,
        state TEXT,
        note TEXT, flagged INTEGER,
        PRIMARY KEY (article, annotator, position)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "paragraph_states" VALUES(1,'ana',0,'finished',NULL,1);
INSERT INTO "paragraph_states" VALUES(1,'ana',1,'finished',NULL,1);
INSERT INTO "paragraph_states" VALUES(1,'ana',2,'unfinished',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(1,'ana',3,'skipped',NULL,NULL);
INSERT INTO "paragraph_states" VALUES(2,'bea',0,'finished','which Lomar?',NULL);
INSERT INTO "paragraph_states" VALUES(2,'bea',1,NULL,NULL,1);
INSERT INTO "paragraph_states" VALUES(3,'ana',0,'finished',NULL,NULL);
CREATE TABLE paragraphs (
        article INTEGER NOT NULL REFERENCES articles (number),
        position INTEGER NOT NULL,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        PRIMARY KEY (article, position)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "paragraphs" VALUES(1,0,0,21);
INSERT INTO "paragraphs" VALUES(1,1,23,60);
INSERT INTO "paragraphs" VALUES(1,2,62,88);
INSERT INTO "paragraphs" VALUES(1,3,90,106);
INSERT INTO "paragraphs" VALUES(1,4,108,121);
INSERT INTO "paragraphs" VALUES(2,0,0,32);
INSERT INTO "paragraphs" VALUES(2,1,33,52);
INSERT INTO "paragraphs" VALUES(3,0,0,16);
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
INSERT INTO "progress" VALUES('ana',1,2,1,2,1,1,1,'2026-11-27T02:51:06.892Z','01a21ae9-e90c-7e2b-96e8-808c52d0e8d0');
INSERT INTO "progress" VALUES('ana',3,1,0,0,0,0,0,'2026-11-27T02:51:06.887Z','01a21ae9-e907-7f12-899e-0cfcf50315a4');
INSERT INTO "progress" VALUES('bea',2,1,0,1,0,1,1,'2026-11-27T02:51:06.887Z','01a21ae9-e907-7f12-899e-0cfcf50315a3');
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
INSERT INTO "spans" VALUES(1,'ana','x1',23,34,'actor',NULL,NULL,'or the port''s?','hand',NULL,NULL);
INSERT INTO "spans" VALUES(2,'bea','s1',26,31,'location',NULL,NULL,NULL,'hand',NULL,NULL);
CREATE TABLE suggestions (
        article INTEGER NOT NULL REFERENCES articles (number),
        source TEXT NOT NULL,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        label TEXT NOT NULL,
        confidence REAL,
        model TEXT,
        PRIMARY KEY (article, source, "start", "end", label)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE texts (
        article INTEGER PRIMARY KEY REFERENCES articles (number),
        text TEXT NOT NULL
    ) STRICT;
INSERT INTO "texts" VALUES(1,'Ferry crews on strike

Port guards stopped a truck in Lomar.

It carried two old rifles.

Nobody was hurt.

Leave a Reply
');
INSERT INTO "texts" VALUES(2,'Rain closed the pass near Lomar.
Two drivers walked.');
INSERT INTO "texts" VALUES(3,'A short message.');
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
COMMIT;
