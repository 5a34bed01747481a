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
    }

    private static final List<Call> CALLS =
            List.of(Call.INVITE, Call.ACCOUNT, Call.GET, Call.PUT, Call.LOGIN, Call.REFRESH);
    private static final int TOKENS = 3;

    /** Rows of an account and all their indexes, measured: some 2 KB; the restored database has them once more. */
    private static final long BYTES_PER_ACCOUNT = 6_000;

    /** max_wal_size, and what its last segments exceed it by. */
    private static final long WAL = 10_000_000_000L;

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
            long needed = WAL + accounts * (3 * blob * 5 / 4 + BYTES_PER_ACCOUNT);
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
        sizes.forEach(this::fill);
        for (Call call : CALLS) {
            measure(call, sizes);
        }
        sizes.forEach(size -> size.target().service().end());
        sizes.forEach(this::grow);
        List<Map<String, Plans.Plan>> plans = sizes.stream().map(this::cleanUp).toList();
        report.addPlans(Plans.compare(plans.get(0), plans.get(1)), few.users(), many.users());
        if (Backup.isPossible(processes)) {
            sizes.forEach(this::backUp);
        } else {
            report.say("backup and restore are left out: the pg_dump and pg_restore on the PATH must be 16 or later");
        }
        report.sideBySide(few.users(), many.users());
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
            fact(size, "storage " + field[0] + ", rows", "bytes/account", table / size.users());
            fact(size, "storage " + field[0] + ", TOAST", "bytes/account", (all - table - indexes) / size.users());
            fact(size, "storage " + field[0] + ", indexes", "bytes/account", indexes / size.users());
        }
        fact(size, "storage, all", "bytes/account", number(size, "SELECT pg_database_size(current_database())") / size.users());
    }

    /** What the turns of one target took from the disk and gave to the write-ahead log. */
    private final class Usage {

        private double requests;
        private double pages;
        private double wal;

        Turn of(Size size, Call call, int seconds) {
            double pagesBefore = pages(size);
            double walBefore = number(size, "SELECT pg_current_wal_insert_lsn() - '0/0'");
            Turn turn = size.target().turn(call, size.group(), seconds);
            wal += number(size, "SELECT pg_current_wal_insert_lsn() - '0/0'") - walBefore;
            pages += pages(size) - pagesBefore;
            requests += turn.rate() * seconds;
            return turn;
        }

        private double pages(Size size) {
            return number(size, "SELECT blks_read FROM pg_stat_database WHERE datname = current_database()");
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
        List<Row> rows = turns.take("scale", title, contenders);
        for (int i = 0; i < sizes.size(); i++) {
            Size size = sizes.get(i);
            Usage usage = usages.get(size);
            fact(size, title, "per s", rows.get(i).rate());
            fact(size, title, "us CPU", rows.get(i).serverCpu());
            fact(size, title, "p99 ms", rows.get(i).median(Turn::p99));
            fact(size, title, "pages read", usage.pages / usage.requests);
            fact(size, title, "bytes WAL", usage.wal / usage.requests);
        }
    }

    /** Lets a tenth of the tokens, a hundredth of the blobs and as many unused invites be due. */
    private void grow(Size size) {
        postgreSql.sql(size.database(), """
                SET session_replication_role = replica;
                UPDATE refresh_tokens SET expires_at = 1 WHERE id %% 10 = 0;
                UPDATE user_sync_data SET last_accessed = now() - interval '3 years' WHERE hashtext(user_id::text) %% 100 = 0;
                INSERT INTO invite_codes (code, created_at, expires_at) SELECT 'UNUSED-' || n, 0, 1 FROM generate_series(1, %d) n;
                """.formatted(size.users() / 100));
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
            fact(size, "clean-up", "rows", removed);
            fact(size, "clean-up", "s", seconds[0]);
            fact(size, "clean-up, nothing due", "s", seconds[1]);
            if (seconds[0] - seconds[1] > 1) {
                fact(size, "clean-up", "rows per s", removed / (seconds[0] - seconds[1]));
            }
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
        fact(size, "backup", "s", backup.seconds());
        fact(size, "backup", "MB/s of the database", bytes / 1e6 / backup.seconds());
        fact(size, "backup, its dump", "bytes/account", backup.bytes() / size.users());
        double seconds = backup.restore(processes, project, postgreSql.url(size.database()), restored -> postgreSql.sql(
                "postgres", "DROP DATABASE \"" + restored + "\""));
        fact(size, "restore", "s", seconds);
        fact(size, "restore", "MB/s of the database", bytes / 1e6 / seconds);
    }

    private double number(Size size, String query) {
        return Double.parseDouble(postgreSql.sql(size.database(), query));
    }

    private void fact(Size size, String what, String unit, double value) {
        report.addFact(what, unit, size.users(), value);
    }
}
