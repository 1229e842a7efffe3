-- What version 2 of the schema wrote. Released: never edited.
CREATE TABLE gradient_gym_schema (version INTEGER NOT NULL);
INSERT INTO gradient_gym_schema (version) VALUES (0);
CREATE TABLE attempts (
    learner TEXT NOT NULL, id TEXT NOT NULL, question_id TEXT NOT NULL, seed BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL, response TEXT NOT NULL, verdict TEXT NOT NULL,
    score DOUBLE PRECISION NOT NULL, hints INTEGER NOT NULL, tries INTEGER NOT NULL,
    seconds DOUBLE PRECISION NOT NULL, misconception TEXT, rating INTEGER,
    PRIMARY KEY (learner, id));
CREATE INDEX attempts_by_question ON attempts (learner, question_id, at);
CREATE INDEX attempts_by_time ON attempts (learner, at);
CREATE TABLE cards (
    learner TEXT NOT NULL, question_id TEXT NOT NULL, due TIMESTAMP WITH TIME ZONE NOT NULL,
    fsrs JSON NOT NULL, PRIMARY KEY (learner, question_id));
CREATE INDEX cards_by_due ON cards (learner, due);
ALTER TABLE attempts ADD COLUMN way TEXT NOT NULL DEFAULT 'practice';
ALTER TABLE attempts ADD COLUMN confidence INTEGER;
ALTER TABLE attempts ADD COLUMN undoes TEXT;
CREATE INDEX attempts_undone ON attempts (learner, undoes);
CREATE TABLE interview_entries (
    learner TEXT NOT NULL, id TEXT NOT NULL, interview TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL, event TEXT NOT NULL, position INTEGER,
    value TEXT NOT NULL, PRIMARY KEY (learner, id));
CREATE INDEX interview_entries_by_interview ON interview_entries (learner, interview, at);
UPDATE gradient_gym_schema SET version = 2;
INSERT INTO attempts (learner, id, question_id, seed, at, response, verdict, score, hints, tries, seconds, misconception, rating, way, confidence, undoes)
VALUES ('local', '00000000-0000-0000-0000-000000000001', 'losses/gradient', 1, '2026-03-02 12:00:00.123456', '[0.5, −1]', 'correct', 1.0, 1, 1, 20.5, NULL, 3, 'review', NULL, NULL);
INSERT INTO attempts (learner, id, question_id, seed, at, response, verdict, score, hints, tries, seconds, misconception, rating, way, confidence, undoes)
VALUES ('local', '00000000-0000-0000-0000-000000000002', 'losses/gradient', 2, '2026-03-03 12:00:00.123456', 'it''s; -- "quoted"', 'incorrect', 0.0, 0, 1, 20.5, 'sign', 1, 'review', 70, NULL);
INSERT INTO attempts (learner, id, question_id, seed, at, response, verdict, score, hints, tries, seconds, misconception, rating, way, confidence, undoes)
VALUES ('local', '00000000-0000-0000-0000-000000000003', 'no/longer-in-the-bank', 9223372036854775807, '2026-03-04 12:00:00.123456', '', 'invalid', 0.0, 1, 1, 20.5, NULL, NULL, 'review', NULL, NULL);
INSERT INTO attempts (learner, id, question_id, seed, at, response, verdict, score, hints, tries, seconds, misconception, rating, way, confidence, undoes)
VALUES ('local', '00000000-0000-0000-0000-000000000004', 'attention/scale', 4, '2026-03-05 12:00:00.123456', '100 %', 'correct', 1.0, 0, 1, 20.5, NULL, 4, 'interview', NULL, NULL);
INSERT INTO attempts (learner, id, question_id, seed, at, response, verdict, score, hints, tries, seconds, misconception, rating, way, confidence, undoes)
VALUES ('ann', '00000000-0000-0000-0000-000000000001', 'losses/gradient', 1, '2026-03-02 12:00:00.123456', '½', 'partial', 0.85, 1, 1, 20.5, NULL, 2, 'review', NULL, NULL);
INSERT INTO attempts (learner, id, question_id, seed, at, response, verdict, score, hints, tries, seconds, misconception, rating, way, confidence, undoes)
VALUES ('local', '00000000-0000-0000-0000-000000000005', 'losses/gradient', 5, '2026-03-06 12:00:00.123456', '\frac{1}{2}', 'correct', 1.0, 1, 1, 20.5, NULL, 3, 'review', NULL, NULL);
INSERT INTO attempts (learner, id, question_id, seed, at, response, verdict, score, hints, tries, seconds, misconception, rating, way, confidence, undoes)
VALUES ('local', '00000000-0000-0000-0000-000000000046', 'losses/gradient', 7, '2026-03-08 12:00:00.123456', '', 'undone', 0.0, 1, 1, 20.5, NULL, NULL, 'review', NULL, '00000000-0000-0000-0000-000000000005');
INSERT INTO cards (learner, question_id, due, fsrs)
VALUES ('ann', 'losses/gradient', '2026-03-02 12:05:30.123456', '{"card_id": 2515138942, "state": 1, "step": 0, "stability": 1.2931, "difficulty": 5.112170705601056, "due": "2026-03-02T12:05:30.123456+00:00", "last_review": "2026-03-02T12:00:00.123456+00:00"}');
INSERT INTO cards (learner, question_id, due, fsrs)
VALUES ('local', 'attention/scale', '2026-03-13 12:00:00.123456', '{"card_id": 376824654, "state": 2, "step": null, "stability": 8.2956, "difficulty": 1.0, "due": "2026-03-13T12:00:00.123456+00:00", "last_review": "2026-03-05T12:00:00.123456+00:00"}');
INSERT INTO cards (learner, question_id, due, fsrs)
VALUES ('local', 'losses/gradient', '2026-03-03 12:01:00.123456', '{"card_id": 2515138942, "state": 1, "step": 0, "stability": 0.5712991793450282, "difficulty": 7.394502741279718, "due": "2026-03-03T12:01:00.123456+00:00", "last_review": "2026-03-03T12:00:00.123456+00:00"}');
INSERT INTO interview_entries (learner, id, interview, at, event, position, value)
VALUES ('local', '00000000-0000-0000-0000-000000000384', '00000000-0000-0000-0000-000000000063', '2026-03-01 12:00:00.000000', 'begin', NULL, '{"minutes": 15}');
INSERT INTO interview_entries (learner, id, interview, at, event, position, value)
VALUES ('local', '00000000-0000-0000-0000-000000000385', '00000000-0000-0000-0000-000000000063', '2026-03-01 12:01:00.000000', 'answer', 0, '0.5; it''s');
INSERT INTO interview_entries (learner, id, interview, at, event, position, value)
VALUES ('local', '00000000-0000-0000-0000-000000000386', '00000000-0000-0000-0000-000000000063', '2026-03-01 12:02:00.000000', 'end', NULL, '');
