-- Distribution by Citus: the rows of user_sync_data over the workers by user id, the other tables on the coordinator
-- Every statement may be repeated: it finds in the catalogue what is left to do. So no ledger holds this file (ADR 35)
-- Transaction: none

-- what cannot be distributed, or would not be there afterwards, is said before anything is changed
DO $$
DECLARE
  obstacles TEXT;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_dist_node WHERE noderole = 'primary' AND isactive AND shouldhaveshards) THEN
    RAISE 'Citus knows no node for the data'
      USING HINT = 'Run on the coordinator SELECT citus_add_node(''…'', 5432) for each worker, and run again.';
  END IF;
  SELECT string_agg(found.what, ', ' ORDER BY found.what) INTO obstacles FROM (
    SELECT format('it is a %s of Citus', CASE partmethod WHEN 'n' THEN 'reference or local table'
      ELSE format('table distributed by %s', column_to_column_name(logicalrelid, partkey)) END)
    FROM pg_dist_partition
    WHERE logicalrelid = 'user_sync_data'::regclass
      AND (partmethod <> 'h' OR column_to_column_name(logicalrelid, partkey) <> 'user_id')
  ) AS found (what);
  IF obstacles IS NOT NULL THEN
    RAISE 'user_sync_data cannot be distributed by user_id: %', obstacles
      USING HINT = 'Run SELECT undistribute_table(''user_sync_data''), and run again.';
  END IF;
  SELECT string_agg(found.what, ', ' ORDER BY found.what) INTO obstacles FROM (
    SELECT 'trigger ' || tgname FROM pg_trigger
    WHERE tgrelid = 'user_sync_data'::regclass AND NOT tgisinternal AND tgname NOT LIKE 'user\_sync\_data\_follow%'
    UNION ALL
    SELECT 'rule ' || rulename FROM pg_rewrite WHERE ev_class = 'user_sync_data'::regclass
    UNION ALL
    SELECT DISTINCT 'view ' || r.ev_class::regclass FROM pg_depend d
    JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = 'user_sync_data'::regclass
      AND r.ev_class <> 'user_sync_data'::regclass
    UNION ALL
    SELECT 'foreign key ' || conname FROM pg_constraint
    WHERE contype = 'f' AND 'user_sync_data'::regclass IN (conrelid, confrelid)
    UNION ALL
    SELECT 'policy ' || polname FROM pg_policy WHERE polrelid = 'user_sync_data'::regclass
    UNION ALL
    SELECT 'publication ' || pubname FROM pg_publication_rel JOIN pg_publication p ON p.oid = prpubid
    WHERE prrelid = 'user_sync_data'::regclass
    UNION ALL
    SELECT 'table that inherits ' || i.inhrelid::regclass FROM pg_inherits i
    WHERE i.inhparent = 'user_sync_data'::regclass
  ) AS found (what)
  WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'user_sync_data'::regclass);
  IF obstacles IS NOT NULL THEN
    RAISE 'user_sync_data has what a distributed table cannot keep: %', obstacles
      USING HINT = 'Drop it, run again, and make afterwards what Citus takes.';
  END IF;
END
$$;

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

-- whoever may read and change accounts does so here: the service in its statements, others by the trigger
DO $$
DECLARE
  command TEXT;
BEGIN
  FOR command IN
    SELECT format('GRANT %s ON sync_owners TO %s', granted.privilege_type,
      CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE granted.grantee::regrole::text END)
    FROM pg_class, aclexplode(relacl) AS granted
    WHERE oid = 'user_accounts'::regclass AND granted.grantee <> relowner
      AND granted.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
  LOOP
    EXECUTE command;
  END LOOP;
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
    FROM (SELECT user_id FROM user_accounts WHERE user_id > done ORDER BY user_id LIMIT 1000) page;
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
    -- as the service locks them
    ORDER BY account.user_id
    FOR SHARE OF account
    ON CONFLICT (owner_id) DO NOTHING;
    COMMIT;
    done := next;
  END LOOP;
END
$$;

-- the table that takes the place of user_sync_data, with the same columns, constraints, indexes, comments and rights
DO $$
DECLARE
  command TEXT;
BEGIN
  IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'user_sync_data'::regclass)
    OR to_regclass('user_sync_data_next') IS NOT NULL THEN
    RETURN;
  END IF;
  CREATE TABLE user_sync_data_next (LIKE user_sync_data INCLUDING ALL);
  FOR command IN
    SELECT format('ALTER TABLE user_sync_data_next OWNER TO %s', relowner::regrole)
    FROM pg_class WHERE oid = 'user_sync_data'::regclass AND relowner <> current_user::regrole
    UNION ALL
    SELECT format('COMMENT ON TABLE user_sync_data_next IS %L', obj_description('user_sync_data'::regclass, 'pg_class'))
    UNION ALL
    SELECT format('GRANT %s ON user_sync_data_next TO %s%s', granted.privilege_type,
      CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE granted.grantee::regrole::text END,
      CASE WHEN granted.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM pg_class, aclexplode(relacl) AS granted
    WHERE oid = 'user_sync_data'::regclass AND granted.grantee <> relowner
    UNION ALL
    SELECT format('GRANT %s (%I) ON user_sync_data_next TO %s%s', granted.privilege_type, attname,
      CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE granted.grantee::regrole::text END,
      CASE WHEN granted.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM pg_attribute, aclexplode(attacl) AS granted
    WHERE attrelid = 'user_sync_data'::regclass AND attnum > 0 AND NOT attisdropped
  LOOP
    EXECUTE command;
  END LOOP;
  PERFORM create_distributed_table('user_sync_data_next', 'user_id', colocate_with => 'sync_owners');
END
$$;

-- from here on each write of user_sync_data is made there too, in the same transaction
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'user_sync_data'::regclass) THEN
    RETURN;
  END IF;
  EXECUTE format($function$
    CREATE OR REPLACE FUNCTION user_sync_data_follow() RETURNS trigger
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
    BEGIN
      IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE user_sync_data_next;
        RETURN NULL;
      END IF;
      IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.user_id <> NEW.user_id) THEN
        DELETE FROM user_sync_data_next WHERE user_id = OLD.user_id;
      END IF;
      IF TG_OP <> 'DELETE' THEN
        INSERT INTO user_sync_data_next (%1$s) VALUES (%2$s) ON CONFLICT (user_id) DO UPDATE SET %3$s;
      END IF;
      RETURN NULL;
    END
    $body$ $function$,
    string_agg(quote_ident(attname), ', '),
    string_agg('NEW.' || quote_ident(attname), ', '),
    string_agg(format('%1$I = excluded.%1$I', attname), ', ') FILTER (WHERE attname <> 'user_id'))
  FROM pg_attribute
  WHERE attrelid = 'user_sync_data'::regclass AND attnum > 0 AND NOT attisdropped;
  CREATE OR REPLACE TRIGGER user_sync_data_follow
  AFTER INSERT OR UPDATE OR DELETE ON user_sync_data
  FOR EACH ROW EXECUTE FUNCTION user_sync_data_follow();
  CREATE OR REPLACE TRIGGER user_sync_data_follow_truncate
  AFTER TRUNCATE ON user_sync_data
  FOR EACH STATEMENT EXECUTE FUNCTION user_sync_data_follow();
END
$$;

-- the rows that were there before the trigger; the lock keeps one from changing between the look and the copy
DO $$
DECLARE
  done UUID := '00000000-0000-0000-0000-000000000000';
  next UUID;
BEGIN
  IF to_regclass('user_sync_data_next') IS NULL THEN
    RETURN;
  END IF;
  -- one connection per worker, which is kept from page to page
  PERFORM set_config('citus.max_adaptive_executor_pool_size', '1', false);
  LOOP
    SELECT page.user_id INTO next
    FROM (SELECT user_id, sum(blob_size) OVER (ORDER BY user_id) AS bytes
          FROM (SELECT user_id, blob_size FROM user_sync_data WHERE user_id >= done ORDER BY user_id LIMIT 1000) rows) page
    WHERE page.bytes <= 16000000
    ORDER BY page.user_id DESC
    LIMIT 1;
    EXIT WHEN next IS NULL;
    INSERT INTO user_sync_data_next
    SELECT stored.* FROM user_sync_data stored
    WHERE stored.user_id >= done AND stored.user_id <= next
    ORDER BY stored.user_id
    FOR SHARE
    ON CONFLICT (user_id) DO NOTHING;
    COMMIT;
    EXIT WHEN next = done;
    done := next;
  END LOOP;
END
$$;

-- the switch: statements that wait for the lock find the other table by its name; from here on a read or a write of sync data is
-- one statement on one worker: the service and the next run look for the comment
DO $$
DECLARE
  commands TEXT[];
  command TEXT;
BEGIN
  IF to_regclass('user_sync_data_next') IS NOT NULL THEN
    -- gives way now and then, so that nobody waits long behind it
    FOR attempt IN 1 .. 60 LOOP
      BEGIN
        PERFORM set_config('lock_timeout', '1s', true);
        LOCK TABLE user_sync_data IN ACCESS EXCLUSIVE MODE;
        EXIT;
      EXCEPTION WHEN lock_not_available THEN
        IF attempt = 60 THEN
          RAISE;
        END IF;
        PERFORM pg_sleep(random());
      END;
    END LOOP;
    WITH index AS (
      SELECT i.indrelid, c.relname, i.indisunique,
        substr(pg_get_indexdef(c.oid), position(' USING ' IN pg_get_indexdef(c.oid))) AS definition
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    ), numbered AS (
      SELECT *, row_number() OVER (PARTITION BY indrelid, indisunique, definition ORDER BY relname) AS number FROM index
    )
    SELECT array_agg(format('ALTER INDEX %I RENAME TO %I', copy.relname, own.relname)) INTO commands
    FROM numbered own JOIN numbered copy USING (indisunique, definition, number)
    WHERE own.indrelid = 'user_sync_data'::regclass AND copy.indrelid = 'user_sync_data_next'::regclass;
    DROP TABLE user_sync_data;
    DROP FUNCTION user_sync_data_follow();
    ALTER TABLE user_sync_data_next RENAME TO user_sync_data;
    FOREACH command IN ARRAY commands LOOP
      EXECUTE command;
    END LOOP;
  END IF;
  COMMENT ON TABLE sync_owners IS 'complete: of each id the account that stands for it, kept by the trigger sync_owners_follow';
END
$$;
