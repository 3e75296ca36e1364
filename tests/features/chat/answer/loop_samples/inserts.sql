INSERT INTO seat (row_id, price, taken, note) VALUES
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a'),
    (NULL, 0.00, FALSE, 'n/a');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
INSERT INTO event (kind, payload) VALUES ('tick', '{}');
