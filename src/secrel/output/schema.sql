-- The tables and views of the DuckDB file that `secrel extract --format duckdb` writes; docs/output.md explains them.

CREATE TABLE labels (
    kind VARCHAR NOT NULL,            -- relation or stance
    label VARCHAR NOT NULL,           -- relation label, or polarity of a stance
    is_symmetric BOOLEAN NOT NULL,       -- the order of the two carries no meaning
    PRIMARY KEY (kind, label)
);

CREATE TABLE articles (
    article INTEGER PRIMARY KEY,      -- number in the order of reading
    id VARCHAR NOT NULL,              -- identifier, by default the name of the file; two folders may have the same
    file VARCHAR NOT NULL,            -- path relative to the folder that was read
    publication VARCHAR,
    volume INTEGER,
    issue INTEGER,
    date DATE,                        -- null where the text does not state it
    year INTEGER,
    title VARCHAR,
    author VARCHAR,
    source VARCHAR,                   -- path or address that it was read from
    duplicate_of VARCHAR,             -- id of the article that it reprints; reprints are not counted in the views
    model VARCHAR                     -- name and version; null for marks made by hand
);

CREATE TABLE actors (
    code VARCHAR PRIMARY KEY,         -- as in RUS, RUSMIL, CSTO
    country VARCHAR,                  -- ISO 3166-1 alpha-3
    role VARCHAR,                     -- PLOVER sectors
    party VARCHAR NOT NULL,           -- the country (of those who fight it: GEOREB), or an organisation without role
    name VARCHAR NOT NULL             -- readable name of the code: Russia, armed forces
);

-- (article, entity) is its key. It is not declared: an index over all entities would treble the file.
CREATE TABLE entities (
    article INTEGER NOT NULL,         -- articles.article
    entity VARCHAR NOT NULL,          -- T1, T2, ... in the article
    label VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    start_offset INTEGER NOT NULL,    -- half-open ranges of code points of the text
    end_offset INTEGER NOT NULL,
    sentence INTEGER,                 -- index of its sentence in the article, from 0
    score DOUBLE NOT NULL,
    actor VARCHAR,                    -- actors.code
    date_start DATE,                  -- first day that a date stands for
    date_end DATE,
    granularity VARCHAR               -- day, month, year, ...
);

CREATE TABLE relations (
    article INTEGER NOT NULL REFERENCES articles (article),
    relation VARCHAR NOT NULL,        -- R1, R2, ... in the article
    label VARCHAR NOT NULL,
    status VARCHAR,
    head VARCHAR NOT NULL,            -- entities.entity of the same article
    tail VARCHAR NOT NULL,
    head_actor VARCHAR REFERENCES actors (code),
    tail_actor VARCHAR REFERENCES actors (code),
    score DOUBLE NOT NULL,
    status_score DOUBLE,
    when_start DATE,                  -- the only date that the sentence names
    when_end DATE,
    according_to VARCHAR,             -- speaker, outlet or author
    outlet VARCHAR,
    speaker VARCHAR,
    report_date VARCHAR,              -- ISO 8601, as far as the text says: 2006-07-06, 2006-07 or 2006
    sentence VARCHAR NOT NULL,
    sentence_start INTEGER NOT NULL,
    sentence_end INTEGER NOT NULL,
    PRIMARY KEY (article, relation)
);

CREATE TABLE stances (
    article INTEGER NOT NULL REFERENCES articles (article),
    stance VARCHAR NOT NULL,          -- S1, S2, ... in the article
    polarity VARCHAR NOT NULL,
    holder VARCHAR NOT NULL,          -- entities.entity of the same article
    target VARCHAR NOT NULL,
    holder_actor VARCHAR REFERENCES actors (code),
    target_actor VARCHAR REFERENCES actors (code),
    score DOUBLE NOT NULL,
    when_start DATE,
    when_end DATE,
    according_to VARCHAR,
    outlet VARCHAR,
    speaker VARCHAR,
    report_date VARCHAR,
    sentence VARCHAR NOT NULL,
    sentence_start INTEGER NOT NULL,
    sentence_end INTEGER NOT NULL,
    PRIMARY KEY (article, stance)
);

CREATE TABLE citations (
    article INTEGER NOT NULL REFERENCES articles (article),
    citation INTEGER NOT NULL,        -- number of the source bracket in the article, from 1
    source INTEGER NOT NULL,          -- number of the source in the bracket, from 1; 0 for a bracket that cites none
    start_offset INTEGER NOT NULL,
    end_offset INTEGER NOT NULL,
    outlet VARCHAR,
    speaker VARCHAR,
    date VARCHAR,                     -- ISO 8601, as far as the text says
    sentences INTEGER[] NOT NULL,     -- indices of the sentences that it covers
    PRIMARY KEY (article, citation, source)
);

-- Relations and stances alike, a row each, with the words of the text.
CREATE VIEW statements AS
WITH both_kinds AS (
    SELECT
        article, 'relation' AS kind, relation AS statement, label, status, head, tail, head_actor, tail_actor, score,
        status_score, when_start, when_end, according_to, outlet, speaker, report_date, sentence, sentence_start,
        sentence_end
    FROM relations
    UNION ALL
    SELECT
        article, 'stance', stance, polarity, NULL, holder, target, holder_actor, target_actor, score,
        NULL, when_start, when_end, according_to, outlet, speaker, report_date, sentence, sentence_start,
        sentence_end
    FROM stances
)
SELECT
    article, articles.id, articles.publication, articles.date, articles.year, articles.duplicate_of,
    kind, statement, label, status,
    heads.text AS head, head_label, head_actor, tails.text AS tail, tail_label, tail_actor,
    both_kinds.score, status_score, when_start, when_end, according_to, outlet, speaker, report_date,
    both_kinds.sentence, sentence_start, sentence_end
FROM both_kinds
JOIN articles USING (article)
JOIN (SELECT article, entity AS head, text, label AS head_label FROM entities) AS heads USING (article, head)
JOIN (SELECT article, entity AS tail, text, label AS tail_label FROM entities) AS tails USING (article, tail);

-- Relations and stances alike; of symmetric relations the alphabetically first code is the head.
CREATE VIEW oriented AS
WITH both_kinds AS (
    SELECT
        article, 'relation' AS kind, label, status, head_actor, tail_actor, score, when_start, when_end, according_to,
        outlet, speaker, sentence_start
    FROM relations
    UNION ALL
    SELECT
        article, 'stance', polarity, NULL, holder_actor, target_actor, score, when_start, when_end, according_to,
        outlet, speaker, sentence_start
    FROM stances
)
SELECT
    article, kind, label, status, coalesce(is_symmetric, false) AS is_symmetric,
    CASE WHEN is_symmetric AND tail_actor < head_actor THEN tail_actor ELSE head_actor END AS head,
    CASE WHEN is_symmetric AND tail_actor < head_actor THEN head_actor ELSE tail_actor END AS tail,
    score, when_start, when_end, according_to, outlet, speaker, sentence_start, date,
    coalesce(year(date), articles.year) AS year,
    strftime(date, '%Y-%m') AS month,
    CASE
        WHEN duplicate_of IS NOT NULL THEN 'reprint'
        WHEN head_actor IS NULL OR tail_actor IS NULL THEN 'no actor'
    END AS not_counted
FROM both_kinds
JOIN articles USING (article)
LEFT JOIN labels USING (kind, label);

CREATE VIEW counted AS SELECT * EXCLUDE (not_counted) FROM oriented WHERE not_counted IS NULL;

-- Reprints, and what has a mention without actor.
CREATE VIEW uncounted AS SELECT * FROM oriented WHERE not_counted IS NOT NULL;

CREATE VIEW dyads AS
SELECT
    head, kind, label, status, tail, count(*) AS n_statements,
    count(DISTINCT (article, sentence_start)) AS n_sentences, count(DISTINCT article) AS n_articles,
    avg(score) AS mean_score, min(date) AS first_date, max(date) AS last_date,
    min(year) AS first_year, max(year) AS last_year
FROM counted
GROUP BY ALL;

-- month is null for articles that do not state their date.
CREATE VIEW dyads_by_month AS
SELECT
    month, head, kind, label, status, tail, count(*) AS n_statements,
    count(DISTINCT (article, sentence_start)) AS n_sentences, count(DISTINCT article) AS n_articles,
    avg(score) AS mean_score, min(date) AS first_date, max(date) AS last_date,
    min(year) AS first_year, max(year) AS last_year
FROM counted
GROUP BY ALL;

-- What is counted, with the country or organisation of each actor for the actor; of symmetric relations again the
-- alphabetically first is the head. Where head and tail are the same, it is about one country or organisation itself.
CREATE VIEW country_counted AS
SELECT
    counted.* REPLACE (
        CASE WHEN is_symmetric AND tails.party < heads.party THEN tails.party ELSE heads.party END AS head,
        CASE WHEN is_symmetric AND tails.party < heads.party THEN heads.party ELSE tails.party END AS tail
    )
FROM counted
JOIN actors AS heads ON heads.code = counted.head
JOIN actors AS tails ON tails.code = counted.tail;

-- Without those of a country or organisation with itself.
CREATE VIEW country_dyads AS
SELECT
    head, kind, label, status, tail, count(*) AS n_statements,
    count(DISTINCT (article, sentence_start)) AS n_sentences, count(DISTINCT article) AS n_articles,
    avg(score) AS mean_score, min(date) AS first_date, max(date) AS last_date,
    min(year) AS first_year, max(year) AS last_year
FROM country_counted
WHERE head <> tail
GROUP BY ALL;

CREATE VIEW country_dyads_by_month AS
SELECT
    month, head, kind, label, status, tail, count(*) AS n_statements,
    count(DISTINCT (article, sentence_start)) AS n_sentences, count(DISTINCT article) AS n_articles,
    avg(score) AS mean_score, min(date) AS first_date, max(date) AS last_date,
    min(year) AS first_year, max(year) AS last_year
FROM country_counted
WHERE head <> tail
GROUP BY ALL;
