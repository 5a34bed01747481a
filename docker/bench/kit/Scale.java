import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How cost grows with the number of accounts: two databases on one PostgreSQL, each with its own process of the service. Per
 * account a blob, an invite and three refresh tokens. Calls in turns, the plans of the service's statements, clean-up, backup and
 * restore.
 */
final class Scale {

    /** One of the two databases. */
    record Size(int users, Target target, Group group) {

        String database() {
            return target.database();
        }

        String column() {
            return Report.figure(users) + " accounts";
        }
    }

    private static final List<Call> CALLS =
            List.of(Call.INVITE, Call.ACCOUNT, Call.GET, Call.PUT, Call.LOGIN, Call.REFRESH);
    private static final int TOKENS = 3;
    private static final int WINDOWS = 5;

    /** Rows of an account and all their indexes, measured: some 2.3 KB; the restored database has them once more. */
    private static final long BYTES_PER_ACCOUNT = 5_000;

    /** max_wal_size, and what its last segments exceed it by. */
    private static final long WAL = 10_000_000_000L;

    static final String STORAGE = "storage of all, per account";
    static final String PAGES = ", read from outside of shared buffers";
    static final String PUT_WAL = "PUT sync, write-ahead log";
    static final String RESTORE = "`docker/restore`, verified";

    private static final Pattern REMOVED = Pattern.compile("\\b(\\d+)\\b");

    private final Path project;
    private final Path folder;
    private final Options options;
    private final Processes processes;
    private final Report report;
    private final Turns turns;
    private final PostgreSql postgreSql;

    Scale(
            Path project,
            Path folder,
            Options options,
            Processes processes,
            Report report,
            Turns turns,
            PostgreSql postgreSql) {
        this.project = project;
        this.folder = folder;
        this.options = options;
        this.processes = processes;
        this.report = report;
        this.turns = turns;
        this.postgreSql = postgreSql;
    }

    /** Refuses to begin what the disk cannot hold: the databases, a dump, a restored copy and the write-ahead log. */
    static void requireRoom(Path folder, Options options) {
        try {
            long accounts = options.users().stream().mapToLong(Integer::longValue).sum();
            long blob = options.group(1).characters();
            // the database, the dump and the restored copy; TOAST adds a tenth
            long needed = WAL + accounts * (3 * blob * 11 / 10 + BYTES_PER_ACCOUNT);
            long free = Files.getFileStore(folder).getUsableSpace();
            if (free < needed) {
                throw new Failure("scale needs %.0f GB in %s, and %.0f GB are free there: name another folder with TMPDIR, or fewer --users"
                        .formatted(needed / 1e9, folder.getParent(), free / 1e9));
            }
        } catch (IOException e) {
            throw new Failure("cannot ask how much room is in " + folder + ": " + e.getMessage());
        }
    }

    void compare(Size few, Size many) {
        List<Size> sizes = List.of(few, many);
        // the fill is not measured
        set("ALTER SYSTEM SET full_page_writes = off");
        sizes.forEach(this::fill);
        set("ALTER SYSTEM RESET full_page_writes");
        postgreSql.sql("postgres", "CHECKPOINT");
        for (Call call : CALLS) {
            measure(call, sizes);
        }
        sizes.forEach(this::measureWal);
        sizes.forEach(size -> size.target().service().end());
        sizes.forEach(this::grow);
        List<Map<String, Plans.Plan>> plans = sizes.stream().map(this::cleanUp).toList();
        report.addPlans(Plans.compare(plans.get(0), plans.get(1)), few.users(), many.users());
        if (Backup.isPossible(processes)) {
            sizes.forEach(this::backUp);
        } else {
            report.say("backup and restore are left out: the pg_dump and pg_restore on the PATH must be 16 or later");
        }
        report.table(few.column(), many.column());
        new Estimate(report, many.column(), options).print();
    }

    private void set(String statement) {
        postgreSql.sql("postgres", statement);
        postgreSql.sql("postgres", "SELECT pg_reload_conf()");
    }

    private void fill(Size size) {
        long began = System.nanoTime();
        postgreSql.createDatabase(size.database());
        size.target().service().start();
        size.target().seed(size.group());
        postgreSql.sql(size.database(), Target.tokens("OTHER", 1, TOKENS * size.users(), size.group()));
        postgreSql.settle(size.database());
        report.say("%,d accounts, as many blobs of %,d bytes and %,d refresh tokens: filled in %.0f s"
                .formatted(size.users(), options.blob(), TOKENS * size.users(), (System.nanoTime() - began) / 1e9));
        for (String line : postgreSql
                .sql(size.database(), """
                        SELECT relname, pg_relation_size(oid), pg_indexes_size(oid), pg_total_relation_size(oid)
                        FROM pg_class WHERE relkind = 'r' AND relname IN ('invite_codes', 'user_accounts', 'user_sync_data', 'refresh_tokens')
                        ORDER BY relname
                        """)
                .split("\n")) {
            String[] field = line.split("\\|");
            double table = Double.parseDouble(field[1]);
            double indexes = Double.parseDouble(field[2]);
            double all = Double.parseDouble(field[3]);
            String what = "storage of `" + field[0] + "`, per account";
            report.addFact(what, "bytes of rows", size.column(), table / size.users());
            report.addFact(what, "of indexes", size.column(), indexes / size.users());
            report.addFact(what, "of TOAST", size.column(), (all - table - indexes) / size.users());
        }
        report.addFact(STORAGE, "bytes", size.column(), number(size, "SELECT pg_database_size(current_database())") / size.users());
    }

    /** What requests took from outside PostgreSQL's memory, and gave to the write-ahead log. */
    private final class Usage {

        private double requests;
        private double pages;
        private double wal;
        private double images;

        Turn of(Size size, Call call, int seconds) {
            double pagesBefore = pages(size);
            double walBefore = wal(size);
            double imagesBefore = images(size);
            Turn turn = size.target().turn(call, size.group(), seconds);
            wal += wal(size) - walBefore;
            images += images(size) - imagesBefore;
            pages += pages(size) - pagesBefore;
            requests += turn.rate() * seconds;
            return turn;
        }

        private double pages(Size size) {
            return number(size, "SELECT blks_read FROM pg_stat_database WHERE datname = current_database()");
        }

        private double wal(Size size) {
            return number(size, "SELECT pg_current_wal_insert_lsn() - '0/0'");
        }

        /** Pages written whole into the log: each is written to its table once per checkpoint too. */
        private double images(Size size) {
            return number(size, "SELECT wal_fpi FROM pg_stat_wal");
        }
    }

    private void measure(Call call, List<Size> sizes) {
        String title = call.title.replace(" 10 KB", "");
        sizes.forEach(size -> postgreSql.settle(size.database()));
        Map<Size, Usage> usages = new LinkedHashMap<>();
        List<Contender> contenders = new ArrayList<>();
        for (Size size : sizes) {
            Usage usage = new Usage();
            usages.put(size, usage);
            contenders.add(new Contender(size.target().name(), true, seconds -> {
                // what the preparation of requests writes is not of the turn
                size.target().prepare(call, size.group(), seconds);
                return usage.of(size, call, seconds);
            }));
        }
        List<Row> rows = turns.take("scale", title, WINDOWS, contenders);
        for (int i = 0; i < sizes.size(); i++) {
            report.addCall(title, sizes.get(i).column(), rows.get(i));
        }
        usages.forEach((size, usage) -> {
            if (call == Call.GET || call == Call.PUT) {
                report.addFact(title + PAGES, "pages per request", size.column(), usage.pages / usage.requests);
            }
        });
    }

    /** The write-ahead log of an upload in the first second after a checkpoint, and of one that is the first for none of its pages. */
    private void measureWal(Size size) {
        size.target().prepare(Call.PUT, size.group(), 1);
        postgreSql.sql("postgres", "CHECKPOINT");
        Usage first = new Usage();
        first.of(size, Call.PUT, 1);
        report.addFact(PUT_WAL, "bytes in the second after a checkpoint", size.column(), first.wal / first.requests);
        report.addFact(PUT_WAL, "of them whole pages", size.column(), first.images / first.requests);
        set("ALTER SYSTEM SET full_page_writes = off");
        size.target().prepare(Call.PUT, size.group(), options.seconds());
        Usage usage = new Usage();
        usage.of(size, Call.PUT, options.seconds());
        set("ALTER SYSTEM RESET full_page_writes");
        postgreSql.sql("postgres", "CHECKPOINT");
        report.addFact(PUT_WAL, "bytes later", size.column(), usage.wal / usage.requests);
    }

    /** Lets a tenth of the tokens, a hundredth of the blobs and as many unused invites be due. */
    private void grow(Size size) {
        // with the tokens of the turns, the smaller database would hold many times its own
        postgreSql.sql(size.database(), """
                SET session_replication_role = replica;
                DELETE FROM refresh_tokens WHERE id > %d;
                UPDATE refresh_tokens SET expires_at = 1 WHERE id %% 10 = 0;
                UPDATE user_sync_data SET last_accessed = now() - interval '3 years' WHERE hashtext(user_id::text) %% 100 = 0;
                INSERT INTO invite_codes (code, created_at, expires_at) SELECT 'UNUSED-' || n, 0, n FROM generate_series(1, %d) n;
                """.formatted(TOKENS * size.users(), size.users() / 100));
        postgreSql.settle(size.database());
    }

    /** Runs the clean-up twice, the second time with nothing to do, and returns the plans of all statements of the service. */
    private Map<String, Plans.Plan> cleanUp(Size size) {
        return Plans.of(postgreSql, () -> {
            size.target().service().start();
            Plans.sendEverything(size.target(), size.group()).forEach(report::say);
            size.target().service().end();
            double[] seconds = new double[2];
            double removed = 0;
            for (int round = 0; round < 2; round++) {
                long began = System.nanoTime();
                String output = size.target().service().command(processes, "cleanup");
                seconds[round] = (System.nanoTime() - began) / 1e9;
                if (round == 0) {
                    report.say("clean-up of " + size.users() + " users: " + output.strip().replace("\n", ", "));
                    removed = sum(output);
                }
            }
            report.addFact("clean-up", "s", size.column(), seconds[0]);
            report.addFact("clean-up", "s with nothing due", size.column(), seconds[1]);
            report.addFact("clean-up", "rows removed", size.column(), removed);
            report.addFact("clean-up", "rows per s", size.column(), removed / Math.max(0.1, seconds[0] - seconds[1]));
        });
    }

    private static double sum(String output) {
        double sum = 0;
        for (Matcher number = REMOVED.matcher(output); number.find(); ) {
            sum += Double.parseDouble(number.group(1));
        }
        return sum;
    }

    private void backUp(Size size) {
        postgreSql.settle(size.database());
        double bytes = number(size, "SELECT pg_database_size(current_database())");
        Backup backup = Backup.of(processes, project, postgreSql.url(size.database()), folder.resolve("backup-" + size.users()));
        report.addFact("`docker/backup`", "MB/s of the database", size.column(), bytes / 1e6 / backup.seconds());
        report.addFact("`docker/backup`", "s", size.column(), backup.seconds());
        report.addFact("`docker/backup`", "bytes of the dump per account", size.column(), backup.bytes() / size.users());
        double seconds = backup.restore(processes, project, postgreSql.url(size.database()), restored -> postgreSql.sql(
                "postgres", "DROP DATABASE \"" + restored + "\""));
        report.addFact(RESTORE, "MB/s of the database", size.column(), bytes / 1e6 / seconds);
        report.addFact(RESTORE, "s", size.column(), seconds);
    }

    private double number(Size size, String query) {
        return Double.parseDouble(postgreSql.sql(size.database(), query));
    }
}
