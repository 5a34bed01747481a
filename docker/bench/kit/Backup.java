import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A backup by {@code docker/backup}. */
record Backup(Path dump, double bytes, double seconds) {

    /** pg_dump refuses a server that is newer than itself. */
    static boolean isPossible(Processes processes) {
        return Processes.isInstalled("pg_dump")
                && Processes.isInstalled("pg_restore")
                && Integer.parseInt(processes.run("pg_dump", "--version").replaceFirst("(?s)^\\D*(\\d+).*", "$1")) >= 16;
    }

    static Backup of(Processes processes, Path project, String url, Path folder) {
        long began = System.nanoTime();
        Path dump = Path.of(script(processes, project, url, "backup", "--folder", folder.toString()));
        double seconds = (System.nanoTime() - began) / 1e9;
        try {
            return new Backup(dump, Files.size(dump), seconds);
        } catch (IOException e) {
            throw new Failure("there is no " + dump);
        }
    }

    /** Restores and verifies it with {@code docker/restore}, and returns the seconds. */
    double restore(Processes processes, Path project, String url, Consumer<String> drop) {
        long began = System.nanoTime();
        String restored = script(processes, project, url, "restore", dump.toString());
        double seconds = (System.nanoTime() - began) / 1e9;
        drop.accept(restored);
        try {
            Files.delete(dump);
        } catch (IOException e) {
            throw new Failure("cannot remove " + dump);
        }
        return seconds;
    }

    /** Returns its last line. */
    private static String script(Processes processes, Path project, String url, String name, String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = project.resolve("docker").resolve(name).toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return processes.run(Map.of("DATABASE_URL", url), "", List.of(command)).strip().replaceFirst("(?s).*\n", "");
    }
}
