-- Distribution by Citus: the rows of user_sync_data over the workers by user id, the other tables on the coordinator
-- Every statement may be repeated: it finds in the catalogue what is left to do. So no ledger holds this file (ADR 35)
-- Transaction: none

-- beside each row of user_sync_data, on its worker: which account stands for its id, with the letters of the account
CREATE TABLE IF NOT EXISTS sync_owners (
  owner_id UUID PRIMARY KEY,
  user_id TEXT NOT NULL,
  revoked BOOLEAN NOT NULL
);

-- the service asks it instead of the accounts only while it is complete
COMMENT ON TABLE sync_owners IS NULL;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'sync_owners'::regclass AND partmethod = 'h') THEN
    PERFORM create_distributed_table('sync_owners', 'owner_id', colocate_with => CASE WHEN EXISTS (
      SELECT FROM pg_dist_partition WHERE logicalrelid = 'user_sync_data'::regclass AND partmethod = 'h')
      THEN 'user_sync_data' ELSE 'default' END);
  END IF;
END
$$;

-- reads the accounts again, with a lock on each: of two transactions the later one has the last word
CREATE OR REPLACE FUNCTION sync_owners_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  changed TEXT;
  oldest RECORD;
BEGIN
  FOREACH changed IN ARRAY CASE TG_OP
    WHEN 'INSERT' THEN ARRAY[NEW.user_id]
    WHEN 'DELETE' THEN ARRAY[OLD.user_id]
    ELSE ARRAY[OLD.user_id, NEW.user_id] END LOOP
    CONTINUE WHEN changed !~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';
    SELECT account.user_id, account.revoked IS TRUE AS revoked INTO oldest
    FROM user_accounts account
    WHERE lower(account.user_id) = lower(changed)
    ORDER BY account.created_at, account.user_id
    LIMIT 1
    FOR SHARE;
    IF FOUND THEN
      INSERT INTO sync_owners AS known (owner_id, user_id, revoked)
      VALUES (changed::uuid, oldest.user_id, oldest.revoked)
      ON CONFLICT (owner_id) DO UPDATE SET user_id = excluded.user_id, revoked = excluded.revoked;
    ELSE
      DELETE FROM sync_owners WHERE owner_id = changed::uuid;
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER sync_owners_follow
AFTER INSERT OR DELETE OR UPDATE OF user_id, created_at, revoked ON user_accounts
FOR EACH ROW EXECUTE FUNCTION sync_owners_follow();

-- the accounts that were there before the trigger; the lock keeps one from changing between the look and the row
DO $$
DECLARE
  done TEXT := '';
  next TEXT;
BEGIN
  LOOP
    SELECT max(page.user_id) INTO next
    FROM (SELECT user_id FROM user_accounts WHERE user_id > done ORDER BY user_id LIMIT 10000) page;
    EXIT WHEN next IS NULL;
    INSERT INTO sync_owners (owner_id, user_id, revoked)
    SELECT account.user_id::uuid, account.user_id, account.revoked IS TRUE
    FROM user_accounts account
    WHERE account.user_id > done AND account.user_id <= next
      AND account.user_id ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
      AND NOT EXISTS (
        SELECT FROM user_accounts older
        WHERE lower(older.user_id) = lower(account.user_id)
          AND (older.created_at, older.user_id) < (account.created_at, account.user_id))
    FOR SHARE OF account
    ON CONFLICT (owner_id) DO NOTHING;
    COMMIT;
    done := next;
  END LOOP;
END
$$;

-- an empty table needs no logical replication
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'user_sync_data'::regclass AND partmethod = 'h') THEN
    IF NOT EXISTS (SELECT 1 FROM user_sync_data) THEN
      PERFORM create_distributed_table('user_sync_data', 'user_id', colocate_with => 'sync_owners');
    END IF;
  END IF;
END
$$;

-- reads and writes go on while the rows are copied
SELECT create_distributed_table_concurrently('user_sync_data', 'user_id', colocate_with => 'sync_owners')
WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'user_sync_data'::regclass AND partmethod = 'h');

-- from here on a read or a write of sync data is one statement on one worker: the service and the next run look for this
COMMENT ON TABLE sync_owners IS 'complete: of each id the account that stands for it, kept by the trigger sync_owners_follow';
