-- Rows of every table, for the schema of the first version.
INSERT INTO feeds (id, url, title, due_at, last_success)
VALUES (1, 'https://dawn.example/feed', 'Dawn', '2026-11-23T20:00:00.000000+00:00', '2026-11-23T20:00:00.000000+00:00');
INSERT INTO documents (feed_id, memory) VALUES (1, '{}');
INSERT INTO ledger (feed_id, at, status, reason, seen, new, updated, known, rejected, ms)
VALUES (1, '2026-11-23T20:00:00.000000+00:00', 200, 'ok', 2, 2, 0, 0, 0, 12);
INSERT INTO entries (id, feed_id, url, first_seen, words, matched, story, indexed) VALUES
    (1, 1, 'https://dawn.example/1', '2026-11-23T20:00:00.000000+00:00', 'abc', 1, 1, 1),
    (2, 1, 'https://dawn.example/2', '2026-11-23T20:00:00.000000+00:00', 'def', 1, 1, 0);
INSERT INTO entry_keys (feed_id, key, entry_id) VALUES (1, 'guid-1', 1), (1, 'guid-2', 2);
INSERT INTO feed_texts (entry_id, title, summary, content, authors, tags, enclosures) VALUES
    (1, 'Attack in Quetta', 'A summary', '', '[]', '[]', '[]'),
    (2, 'Second', '', 'The feed''s text', '[]', '[]', '[]');
INSERT INTO revisions (entry_id, kind, at, title, summary, text)
VALUES (1, 'feed', '2026-11-23T20:00:00.000000+00:00', 'Attack', '', '');
INSERT INTO articles (
    entry_id, title, text, authors, quality, reason, method, final_url, sha256, text_hash
) VALUES (
    1, 'Attack in Quetta', 'Four words of text', '["A. Reporter"]', 'full', 'extracted', 'x',
    'https://dawn.example/1', 'cafe', 'h'
);
INSERT INTO matches (entry_id, position, watch, severity, terms)
VALUES (1, 0, 'Quetta', 'high', '[]');
INSERT INTO outbox (
    key, kind, person, channel, watch, story, entry_id, severity, content, created_at, due_at,
    fence, attempts, state, reason, delivered_at
) VALUES (
    'k1', 'match', 'amina', 'email', 'Quetta', 1, 1, 'high', '{}', '2026-11-23T20:00:00.000000+00:00', '2026-11-23T20:00:00.000000+00:00', 1, 1,
    'delivered', '', '2026-11-23T20:00:00.000000+00:00'
);
INSERT INTO deliveries (alert_id, at, state, reason, detail)
VALUES (1, '2026-11-23T20:00:00.000000+00:00', 'delivered', '', '250 OK');
INSERT INTO digests (person, date, covers_from, covers_until)
VALUES ('amina', '2026-11-23', '2026-11-23T20:00:00.000000+00:00', '2026-11-23T20:00:00.000000+00:00');
INSERT INTO items_fts (rowid, title, text) VALUES (1, 'attack in quetta', 'words');
