-- Migration: Audit of operators
-- Description: Who did what, when and from where, by console, /api/admin or command; rows are added and never changed
-- Date: 2026-11-25

CREATE TABLE IF NOT EXISTS admin_audit (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  occurred_at BIGINT NOT NULL,
  operator TEXT NOT NULL,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  outcome TEXT NOT NULL,
  before_counts JSONB NOT NULL,
  after_counts JSONB NOT NULL,
  CONSTRAINT admin_audit_operator_limit CHECK (length(operator) <= 200),
  CONSTRAINT admin_audit_channel_limit CHECK (length(channel) <= 20),
  CONSTRAINT admin_audit_address_limit CHECK (length(address) <= 60),
  CONSTRAINT admin_audit_action_limit CHECK (length(action) <= 40),
  CONSTRAINT admin_audit_subject_limit CHECK (length(subject) <= 60),
  CONSTRAINT admin_audit_outcome_limit CHECK (length(outcome) <= 20),
  CONSTRAINT admin_audit_before_limit CHECK (length(before_counts::text) <= 1000),
  CONSTRAINT admin_audit_after_limit CHECK (length(after_counts::text) <= 1000)
);

CREATE INDEX IF NOT EXISTS idx_admin_audit_subject ON admin_audit (subject, id);

CREATE OR REPLACE FUNCTION admin_audit_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'admin_audit is append-only: its rows are never changed or removed';
END
$$;

CREATE OR REPLACE TRIGGER admin_audit_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_audit
FOR EACH STATEMENT EXECUTE FUNCTION admin_audit_append_only();

COMMENT ON TABLE admin_audit IS 'What operators did; append-only';
COMMENT ON COLUMN admin_audit.occurred_at IS 'ms since epoch';
COMMENT ON COLUMN admin_audit.operator IS 'token for the holder of ADMIN_TOKEN, else the name at the OpenID provider, or the user of the machine';
COMMENT ON COLUMN admin_audit.channel IS 'console, api or command';
COMMENT ON COLUMN admin_audit.address IS 'Of the client; empty for a command';
COMMENT ON COLUMN admin_audit.subject IS 'account: or invite: and the first 32 hex digits of SHA-256 of the lower-case id or code; empty if there is none';
COMMENT ON COLUMN admin_audit.outcome IS 'done, refused or failed; the last two changed nothing';
COMMENT ON COLUMN admin_audit.before_counts IS 'How many rows of each kind the action concerned';
COMMENT ON COLUMN admin_audit.after_counts IS 'How many of them there were afterwards';
