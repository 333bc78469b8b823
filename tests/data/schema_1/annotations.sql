PRAGMA application_id = 1936744814;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'spantag','m001_initial','2026-11-27 03:12:39.542220+00:00');
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
INSERT INTO "articles" VALUES(1,'c8c90932f6fef69bc52ff97e1f8de52c','r1','Harbour officials said no.','harbour officials said no.
r1',26,1,'2026-11-27T03:12:39.668Z','{}');
INSERT INTO "articles" VALUES(2,'3566723aa6759ce8ccc5b0ba47e8d192',NULL,'Stay inside!','stay inside!
',12,1,'2026-11-27T03:12:39.669Z','{}');
INSERT INTO "articles" VALUES(3,'76d2330e5e981d9ecfac89ee152ba1fb',NULL,'A van burned.','a van burned.
',13,1,'2026-11-27T03:12:39.669Z','{}');
INSERT INTO "articles" VALUES(4,'ed263bb056228b2ce23113587fe329ec','w1','A drone','a drone
w1',58,3,'2026-11-27T03:12:39.670Z','{"source":"wire"}');
INSERT INTO "articles" VALUES(5,'65bfeba784a1708c327c81a3a93e4e29','u1','Men with no name.','men with no name.
u1',17,1,'2026-11-27T03:12:39.670Z','{}');
INSERT INTO "articles" VALUES(6,'7a1af0d84691a3d930d413576bd9053d','f1','A dam broke.','a dam broke.
f1',25,2,'2026-11-27T03:12:39.671Z','{}');
INSERT INTO "articles" VALUES(7,'b6ad5c162601b0279bd304ac233e024b','p1','A plain report.','a plain report.
p1',39,2,'2026-11-27T03:12:39.673Z','{"url":"http://news.example/1"}');
INSERT INTO "articles" VALUES(8,'7923de214a0614b38a6de3c8680297d1','w1#1','A drone','a drone
w1#1',15,1,'2026-11-27T03:12:40.710Z','{"source":"wire","article":"w1","paragraph":1,"offset":0}');
INSERT INTO "articles" VALUES(9,'51fd86d910086291ea64257de3781eae','w1#2','A drone','a drone
w1#2',24,1,'2026-11-27T03:12:40.710Z','{"source":"wire","article":"w1","paragraph":2,"offset":16}');
INSERT INTO "articles" VALUES(10,'f7f796d833a84837433e7f091b2f5309','f1#2','A dam broke.','a dam broke.
f1#2',12,1,'2026-11-27T03:12:40.710Z','{"article":"f1","paragraph":2,"offset":13}');
CREATE TABLE events (
        id TEXT PRIMARY KEY,
        "action" TEXT NOT NULL,
        at TEXT NOT NULL,
        annotator TEXT NOT NULL,
        article INTEGER NOT NULL REFERENCES articles (number),
        kind TEXT NOT NULL,
        payload TEXT NOT NULL
    ) STRICT;
INSERT INTO "events" VALUES('01a21afd-a2f4-78f2-8c34-c3dfe22718f2','01a21afd-a2f4-78f2-8c34-c3dfe22718f2','2026-11-27T03:12:39.668Z','ana',1,'add','{"spans":[{"id":"s1","start":0,"end":17,"label":"actor"}],"import":"769328ed8e9e2044764387816c32afbe"}');
INSERT INTO "events" VALUES('01a21afd-a2f4-78f2-8c34-c3dfe22718f3','01a21afd-a2f4-78f2-8c34-c3dfe22718f2','2026-11-27T03:12:39.668Z','ana',1,'finish','{"paragraphs":[0],"import":"769328ed8e9e2044764387816c32afbe"}');
INSERT INTO "events" VALUES('01a21afd-a2f5-7672-84e6-2666647ca239','01a21afd-a2f5-7672-84e6-2666647ca239','2026-11-27T03:12:39.669Z','ana',1,'add','{"spans":[{"id":"s1+","start":0,"end":7,"label":"location"}],"import":"c931839b9eb40ba2ce9f2029f8059dc6"}');
INSERT INTO "events" VALUES('01a21afd-a2f5-7c10-8bac-ae52782e81ce','01a21afd-a2f5-7c10-8bac-ae52782e81ce','2026-11-27T03:12:39.669Z','bea',3,'add','{"spans":[{"id":"s1","start":2,"end":5,"label":"weapon"}],"import":"2ac0832f16a3f66a532c62f893f93337"}');
INSERT INTO "events" VALUES('01a21afd-a2f5-7c10-8bac-ae52782e81cf','01a21afd-a2f5-7c10-8bac-ae52782e81ce','2026-11-27T03:12:39.669Z','bea',3,'finish','{"paragraphs":[0],"import":"2ac0832f16a3f66a532c62f893f93337"}');
INSERT INTO "events" VALUES('01a21afd-a2f6-75d2-9f40-4d77b7086b16','01a21afd-a2f6-75d2-9f40-4d77b7086b16','2026-11-27T03:12:39.670Z','ana',3,'add','{"spans":[{"id":"s1","start":0,"end":5,"label":"weapon"}],"import":"ee02f05c121b7ef1b4f0b701e51259d9"}');
INSERT INTO "events" VALUES('01a21afd-a2f6-75d2-9f40-4d77b7086b17','01a21afd-a2f6-75d2-9f40-4d77b7086b16','2026-11-27T03:12:39.670Z','ana',3,'finish','{"paragraphs":[0],"import":"ee02f05c121b7ef1b4f0b701e51259d9"}');
INSERT INTO "events" VALUES('01a21afd-a2f6-7a8f-9c6d-8da6e53f5f22','01a21afd-a2f6-7a8f-9c6d-8da6e53f5f22','2026-11-27T03:12:39.670Z','ana',4,'add','{"spans":[{"id":"s1","start":0,"end":10,"label":"casualty"},{"id":"s2","start":18,"end":23,"label":"weapon"}],"import":"52d33cd34ecb2870a223d9af61c62818"}');
INSERT INTO "events" VALUES('01a21afd-a2f6-7a8f-9c6d-8da6e53f5f23','01a21afd-a2f6-7a8f-9c6d-8da6e53f5f22','2026-11-27T03:12:39.670Z','ana',4,'finish','{"paragraphs":[0,1],"import":"52d33cd34ecb2870a223d9af61c62818"}');
INSERT INTO "events" VALUES('01a21afd-a2f6-7a8f-9c6d-8da6e53f5f24','01a21afd-a2f6-7a8f-9c6d-8da6e53f5f22','2026-11-27T03:12:39.670Z','ana',4,'reopen','{"paragraphs":[2],"import":"52d33cd34ecb2870a223d9af61c62818"}');
INSERT INTO "events" VALUES('01a21afd-a2f7-705c-ade6-3a942a25f4b9','01a21afd-a2f7-705c-ade6-3a942a25f4b9','2026-11-27T03:12:39.671Z','ana',6,'add','{"spans":[{"id":"s1","start":2,"end":5,"label":"location"}],"import":"a4043f5bf43b10b3bca37ed8198631d8"}');
INSERT INTO "events" VALUES('01a21afd-a2f7-705c-ade6-3a942a25f4ba','01a21afd-a2f7-705c-ade6-3a942a25f4b9','2026-11-27T03:12:39.671Z','ana',6,'flag','{"paragraphs":[0],"import":"a4043f5bf43b10b3bca37ed8198631d8"}');
INSERT INTO "events" VALUES('01a21afd-a2f7-705c-ade6-3a942a25f4bb','01a21afd-a2f7-705c-ade6-3a942a25f4b9','2026-11-27T03:12:39.671Z','ana',6,'finish','{"paragraphs":[1],"import":"a4043f5bf43b10b3bca37ed8198631d8"}');
INSERT INTO "events" VALUES('01a21afd-a706-735e-b102-628738c969fe','01a21afd-a706-735e-b102-628738c969fe','2026-11-27T03:12:40.710Z','ana',8,'add','{"spans":[{"id":"s1","start":0,"end":10,"label":"casualty"}],"import":"d399d825174aefb9cb27eee950466393"}');
INSERT INTO "events" VALUES('01a21afd-a706-735e-b102-628738c969ff','01a21afd-a706-735e-b102-628738c969fe','2026-11-27T03:12:40.710Z','ana',8,'finish','{"paragraphs":[0],"import":"d399d825174aefb9cb27eee950466393"}');
INSERT INTO "events" VALUES('01a21afd-a706-735e-b102-628738c96a00','01a21afd-a706-735e-b102-628738c96a00','2026-11-27T03:12:40.710Z','ana',9,'add','{"spans":[{"id":"s2","start":2,"end":7,"label":"weapon"}],"import":"53fc5e2bff97f963d9f5d3951a3cc4ba"}');
INSERT INTO "events" VALUES('01a21afd-a706-735e-b102-628738c96a01','01a21afd-a706-735e-b102-628738c96a00','2026-11-27T03:12:40.710Z','ana',9,'finish','{"paragraphs":[0],"import":"53fc5e2bff97f963d9f5d3951a3cc4ba"}');
INSERT INTO "events" VALUES('01a21afd-a706-735e-b102-628738c96a02','01a21afd-a706-735e-b102-628738c96a02','2026-11-27T03:12:40.710Z','ana',10,'finish','{"paragraphs":[0],"import":"def7fa0dd993d77a4dc0b531092cb481"}');
INSERT INTO "events" VALUES('01a21afd-a8d1-7be8-a730-237df0c7a766','01a21afd-a8d1-7be8-a730-237df0c7a766','2026-11-27T03:12:41.169Z','ana',4,'add','{"spans":[{"id":"h1","start":32,"end":39,"label":"location"}]}');
INSERT INTO "events" VALUES('01a21afd-a8d2-7784-b0f7-0a2c78dcf5bb','01a21afd-a8d2-7784-b0f7-0a2c78dcf5bb','2026-11-27T03:12:41.170Z','ana',4,'skip','{"paragraphs":[2]}');
INSERT INTO "events" VALUES('01a21afd-a8d3-75ac-b2dc-55e7abba01c2','01a21afd-a8d3-75ac-b2dc-55e7abba01c2','2026-11-27T03:12:41.171Z','ana',4,'undo','{"action":"01a21afd-a8d2-7784-b0f7-0a2c78dcf5bb"}');
CREATE TABLE imports (digest TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO "imports" VALUES('2ac0832f16a3f66a532c62f893f93337');
INSERT INTO "imports" VALUES('52d33cd34ecb2870a223d9af61c62818');
INSERT INTO "imports" VALUES('53fc5e2bff97f963d9f5d3951a3cc4ba');
INSERT INTO "imports" VALUES('769328ed8e9e2044764387816c32afbe');
INSERT INTO "imports" VALUES('a4043f5bf43b10b3bca37ed8198631d8');
INSERT INTO "imports" VALUES('c5d463793acce721f9667816de718139');
INSERT INTO "imports" VALUES('c931839b9eb40ba2ce9f2029f8059dc6');
INSERT INTO "imports" VALUES('d399d825174aefb9cb27eee950466393');
INSERT INTO "imports" VALUES('def7fa0dd993d77a4dc0b531092cb481');
INSERT INTO "imports" VALUES('ee02f05c121b7ef1b4f0b701e51259d9');
CREATE TABLE paragraph_states (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        position INTEGER NOT NULL,
        state TEXT,
        note TEXT,
        PRIMARY KEY (article, annotator, position)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "paragraph_states" VALUES(1,'ana',0,'finished',NULL);
INSERT INTO "paragraph_states" VALUES(3,'ana',0,'finished',NULL);
INSERT INTO "paragraph_states" VALUES(3,'bea',0,'finished',NULL);
INSERT INTO "paragraph_states" VALUES(4,'ana',0,'finished',NULL);
INSERT INTO "paragraph_states" VALUES(4,'ana',1,'finished',NULL);
INSERT INTO "paragraph_states" VALUES(4,'ana',2,'unfinished',NULL);
INSERT INTO "paragraph_states" VALUES(6,'ana',0,'flagged',NULL);
INSERT INTO "paragraph_states" VALUES(6,'ana',1,'finished',NULL);
INSERT INTO "paragraph_states" VALUES(8,'ana',0,'finished',NULL);
INSERT INTO "paragraph_states" VALUES(9,'ana',0,'finished',NULL);
INSERT INTO "paragraph_states" VALUES(10,'ana',0,'finished',NULL);
CREATE TABLE paragraphs (
        article INTEGER NOT NULL REFERENCES articles (number),
        position INTEGER NOT NULL,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        PRIMARY KEY (article, position)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "paragraphs" VALUES(1,0,0,26);
INSERT INTO "paragraphs" VALUES(2,0,0,12);
INSERT INTO "paragraphs" VALUES(3,0,0,13);
INSERT INTO "paragraphs" VALUES(4,0,0,15);
INSERT INTO "paragraphs" VALUES(4,1,16,40);
INSERT INTO "paragraphs" VALUES(4,2,41,57);
INSERT INTO "paragraphs" VALUES(5,0,0,17);
INSERT INTO "paragraphs" VALUES(6,0,0,12);
INSERT INTO "paragraphs" VALUES(6,1,13,25);
INSERT INTO "paragraphs" VALUES(7,0,0,15);
INSERT INTO "paragraphs" VALUES(7,1,17,38);
INSERT INTO "paragraphs" VALUES(8,0,0,15);
INSERT INTO "paragraphs" VALUES(9,0,0,24);
INSERT INTO "paragraphs" VALUES(10,0,0,12);
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
INSERT INTO "progress" VALUES('ana',1,1,0,0,0,0,2,'2026-11-27T03:12:39.669Z','01a21afd-a2f5-7672-84e6-2666647ca239');
INSERT INTO "progress" VALUES('ana',3,1,0,0,0,0,1,'2026-11-27T03:12:39.670Z','01a21afd-a2f6-75d2-9f40-4d77b7086b17');
INSERT INTO "progress" VALUES('ana',4,2,0,0,0,1,3,'2026-11-27T03:12:41.171Z','01a21afd-a8d3-75ac-b2dc-55e7abba01c2');
INSERT INTO "progress" VALUES('ana',6,1,0,1,0,0,1,'2026-11-27T03:12:39.671Z','01a21afd-a2f7-705c-ade6-3a942a25f4bb');
INSERT INTO "progress" VALUES('ana',8,1,0,0,0,0,1,'2026-11-27T03:12:40.710Z','01a21afd-a706-735e-b102-628738c969ff');
INSERT INTO "progress" VALUES('ana',9,1,0,0,0,0,1,'2026-11-27T03:12:40.710Z','01a21afd-a706-735e-b102-628738c96a01');
INSERT INTO "progress" VALUES('ana',10,1,0,0,0,0,0,'2026-11-27T03:12:40.710Z','01a21afd-a706-735e-b102-628738c96a02');
INSERT INTO "progress" VALUES('bea',3,1,0,0,0,0,1,'2026-11-27T03:12:39.669Z','01a21afd-a2f5-7c10-8bac-ae52782e81cf');
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
INSERT INTO "spans" VALUES(1,'ana','s1',0,17,'actor',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(1,'ana','s1+',0,7,'location',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(3,'ana','s1',0,5,'weapon',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(3,'bea','s1',2,5,'weapon',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(4,'ana','h1',32,39,'location',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(4,'ana','s1',0,10,'casualty',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(4,'ana','s2',18,23,'weapon',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(6,'ana','s1',2,5,'location',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(8,'ana','s1',0,10,'casualty',NULL,NULL,NULL,'hand',NULL,NULL);
INSERT INTO "spans" VALUES(9,'ana','s2',2,7,'weapon',NULL,NULL,NULL,'hand',NULL,NULL);
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
INSERT INTO "texts" VALUES(1,'Harbour officials said no.');
INSERT INTO "texts" VALUES(2,'Stay inside!');
INSERT INTO "texts" VALUES(3,'A van burned.');
INSERT INTO "texts" VALUES(4,'Two guards ran.
A drone fell on Ostrava.
Nobody was hurt.
');
INSERT INTO "texts" VALUES(5,'Men with no name.');
INSERT INTO "texts" VALUES(6,'A dam broke.
A town fled.');
INSERT INTO "texts" VALUES(7,'A plain report.

The bridge is closed.
');
INSERT INTO "texts" VALUES(8,'Two guards ran.');
INSERT INTO "texts" VALUES(9,'A drone fell on Ostrava.');
INSERT INTO "texts" VALUES(10,'A town fled.');
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
