package dev.logikids.database.command;

import dev.logikids.database.command.terminal.Terminal;
import dev.logikids.database.command.watch.Watch;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows a running service in the terminal. */
@Command(
        name = "watch",
        description = "Shows a running service, again each second: readiness, schema, pool, requests, slow statements.",
        footer = {
            "",
            "Needs the management port of the service and nothing else: no database, no secret. A service that is down is waited"
                    + " for. On a terminal it fills the screen until Ctrl-C; elsewhere it prints a line for each look. NO_COLOR is"
                    + " honoured."
        },
        exitCodeList = {
            "0:the service was ready at the last look of --count",
            "1:it was not",
            "2:usage error",
            "130:ended by Ctrl-C (143 by SIGTERM)"
        })
@RegisterForReflection
final class WatchCommand extends Subcommand {

    @Option(
            names = "--url",
            defaultValue = "http://127.0.0.1:${MANAGEMENT_PORT:-9000}",
            description = "Where its management port is; default: http://127.0.0.1 with MANAGEMENT_PORT, or 9000.")
    String url;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Time between two looks, 1 to 3600; default: ${DEFAULT-VALUE}.")
    int interval;

    @Option(names = "--count", paramLabel = "N", description = "End after so many looks; --count 1 is a single report.")
    Optional<Integer> count = Optional.empty();

    @Override
    boolean needsBeans() {
        return false;
    }

    @Override
    int run() {
        if (interval < 1 || interval > 3600) {
            throw usageError("--interval is 1 to 3600 seconds, not " + interval);
        }
        if (count.filter(looks -> looks < 1).isPresent()) {
            throw usageError("--count is 1 or more, not " + count.get());
        }
        Watch watch = new Watch(managementPort(), Duration.ofSeconds(interval), Clock.systemUTC());
        long looks = count.orElse(0);
        try {
            boolean ready = Terminal.present() && looks != 1 ? watch.show(looks) : watch.printTo(out(), looks);
            return ready ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private URI managementPort() {
        try {
            URI uri = URI.create(url.strip().replaceFirst("/+$", ""));
            boolean plain = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
            if (uri.getHost() != null && plain && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw usageError("--url is http://HOST:PORT of the management port");
    }
}
