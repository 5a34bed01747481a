import java.util.ArrayList;
import java.util.List;

/** What the way over a coordinator costs a request: a Citus beside plain PostgreSQL, same server, same data, turn by turn. */
final class Citus {

    /** The database without Citus, on the coordinator's server: so version and settings are the same. */
    static final String PLAIN = "logikids_bench_plain";

    private static final List<Call> CALLS = List.of(Call.GET, Call.NOT_MODIFIED, Call.PUT, Call.REGISTER, Call.REFRESH);
    private static final int WINDOWS = 5;

    private final Report report;
    private final Turns turns;
    private final PostgreSql server;

    Citus(Report report, Turns turns, PostgreSql server) {
        this.report = report;
        this.turns = turns;
        this.server = server;
    }

    static void requireEmpty(PostgreSql server, String database) {
        if (!server.isCitus(database)) {
            throw new Failure("the database " + database + " of --citus has no extension citus");
        }
        if (!server.sql(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").equals("0")) {
            throw new Failure("the database " + database + " of --citus has tables: name an empty one, which the kit fills");
        }
    }

    void compare(Target plain, Target citus, Group group) {
        report.say("server of Citus and of plain PostgreSQL beside it: " + server.settings());
        server.sql("postgres", "DROP DATABASE IF EXISTS " + PLAIN);
        server.createDatabase(PLAIN);
        List<Target> targets = List.of(plain, citus);
        for (Target target : targets) {
            target.service().start();
            target.seed(group);
        }
        // with data, which the service distributes before it is ready
        citus.service().end();
        citus.service().set("LOGIKIDS_MIGRATION_CITUS", "true");
        citus.service().start();
        report.say("user_sync_data is spread over %s nodes".formatted(server.sql(
                citus.database(), "SELECT count(DISTINCT nodename || nodeport) FROM citus_shards WHERE table_name = 'user_sync_data'::regclass")));
        for (Call call : CALLS) {
            String title = call.title.replace(" 10 KB", "");
            targets.forEach(target -> server.settle(target.database()));
            List<Contender> contenders = new ArrayList<>();
            for (Target target : targets) {
                contenders.add(new Contender(target.name(), true, seconds -> target.turn(call, group, seconds)));
            }
            turns.take("citus", title, WINDOWS, contenders).forEach(row -> report.addCall(title, row.contender(), row));
        }
        targets.forEach(target -> target.service().end());
        server.sql("postgres", "DROP DATABASE " + PLAIN);
        report.table(plain.name(), citus.name());
        report.say("processor time of PostgreSQL for four GETs and a PUT: %.1f times that of plain PostgreSQL"
                .formatted(report.mix("µs of PostgreSQL", citus.name()) / report.mix("µs of PostgreSQL", plain.name())));
    }
}
