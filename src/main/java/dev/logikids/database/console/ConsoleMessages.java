package dev.logikids.database.console;

import dev.logikids.database.migration.SchemaStatus.State;
import dev.logikids.database.problem.ProblemCode;
import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/** The texts of the console in English; {@code messages/console_de.properties} has them in German. */
@MessageBundle(value = "console", locale = "en")
public interface ConsoleMessages {

    @Message("Skip to the content")
    String skip();

    @Message("Console")
    String console();

    @Message("Sections")
    String sections();

    @Message("Overview")
    String overview();

    @Message("Migrations")
    String migrations();

    @Message("Invites")
    String invites();

    @Message("Accounts")
    String accounts();

    @Message("Storage")
    String storage();

    @Message("Audit")
    String audit();

    @Message("Sign in")
    String signIn();

    @Message("Sign out")
    String signOut();

    @Message("Signed in as {name}")
    String signedInAs(String name);

    @Message("Admin token")
    String adminToken();

    @Message("The value of ADMIN_TOKEN, or of the file that ADMIN_TOKEN_FILE names.")
    String adminTokenHint();

    @Message("Sign in with the organisation's account")
    String signInWithProvider();

    @Message("This is not the admin token.")
    String wrongToken();

    @Message("Too many failed attempts. Try again in {seconds} s.")
    String tooManyAttempts(long seconds);

    @Message(
            "This connection is not encrypted: others in the network can read the token. Come by HTTPS, or by a tunnel to localhost.")
    String notEncrypted();

    @Message("The last hour")
    String lastHour();

    @Message("Requests per second")
    String requests();

    @Message("Latency in ms")
    String latency();

    @Message("Errors (5xx) per second")
    String errors();

    @Message("Chart of the requests per second")
    String requestsChart();

    @Message("Chart of the latency")
    String latencyChart();

    @Message("Chart of the errors per second")
    String errorsChart();

    @Message("The charts as a table")
    String asTable();

    @Message("The highest of each figure in five minutes")
    String loadCaption();

    @Message("From")
    String from();

    @Message("Nothing yet")
    String nothingYet();

    @Message("The database does not answer.")
    String databaseSilent();

    @Message("Try again")
    String tryAgain();

    @Message("Health")
    String health();

    @Message("ready")
    String ready();

    @Message("not ready")
    String notReady();

    @Message("up")
    String up();

    @Message("down")
    String down();

    @Message("No answer in time.")
    String noAnswerInTime();

    @Message("Version")
    String version();

    @Message("Service")
    String service();

    @Message("Commit")
    String commit();

    @Message("Schema")
    String schema();

    @Message("Newest file")
    String schemaVersion();

    @Message("Pending")
    String pending();

    @Message("Changed")
    String changedFiles();

    @Message("Drift")
    String drift();

    @Message("none")
    String none();

    @Message("not compared")
    String notCompared();

    @Message("Connection pool")
    String pool();

    @Message("In use")
    String inUse();

    @Message("Idle")
    String idle();

    @Message("Waiting for one")
    String waiting();

    @Message("At most")
    String most();

    @Message("Who blocks whom in PostgreSQL")
    String blocking();

    @Message("No session waits for another.")
    String nobodyWaits();

    @Message("Session")
    String waitingSession();

    @Message("Waits for")
    String waitsFor();

    @Message("Seconds")
    String seconds();

    @Message("Blocked by")
    String blockedBy();

    @Message("Sessions")
    String sessions();

    @Message("As of")
    String asOf();

    @Message("File")
    String file();

    @Message("State")
    String state();

    @Message("Applied")
    String applied();

    @Message("Took")
    String took();

    @Message("No files")
    String noFiles();

    @Message("The schema is as the applied files make it.")
    String noDrift();

    @Message(
            "These objects are not as the applied files make them. Somebody has changed them by hand, or restored an older backup.")
    String driftExplained();

    @Message("Invalid indexes")
    String invalidIndexes();

    @Message("A CREATE INDEX CONCURRENTLY failed and left these behind. Drop each, and create it again.")
    String invalidIndexesExplained();

    @Message("Unusual, but harmless")
    String oddities();

    @Message("Action")
    String action();

    @Message("Outcome")
    String outcome();

    @Message("All")
    String all();

    @Message("Filter")
    String filter();

    @Message("What operators have done, the newest first")
    String auditCaption();

    @Message("When")
    String when();

    @Message("Who")
    String who();

    @Message("Subject")
    String subject();

    @Message("Rows before → after")
    String effect();

    @Message("Nothing found")
    String nothingFound();

    @Message("Pages")
    String pages();

    @Message("Newest")
    String newest();

    @Message("Older")
    String older();

    @Message("To the overview")
    String toOverview();

    @Message("Signed in")
    String signedIn();

    @Message("Go on")
    String goOn();

    @Message(
            "Now {requests} requests per second, at most {most} in this hour; p99 now {p99} ms, at most {slowest} ms. Times are UTC.")
    String loadSummary(String requests, String most, String p99, String slowest);

    @Message("A migration is running: {holder}")
    String lockHolder(String holder);

    @Message("Schema {schema} on PostgreSQL {server}; times are UTC")
    String migrationsCaption(String schema, String server);

    @Message(
            "{#when state}{#is APPLIED}applied{#is ADOPTABLE}to be adopted{#is PENDING}pending{#is CHANGED}changed{#else}of another version{/when}")
    String fileState(State state);

    @Message(
            "{#when action}{#is 'sign_in'}Sign in{#is 'sign_out'}Sign out{#is 'create_invites'}Create invites{#is 'remove_invite'}Remove invite{#is 'revoke_account'}Revoke account{#is 'restore_account'}Restore account{#is 'end_sessions'}End sessions{#is 'end_session'}End session{#is 'export_account'}Export account{#is 'erase_account'}Erase account{#is 'clean_up'}Clean up{#else}{action}{/when}")
    String actionName(String action);

    @Message("{#when outcome}{#is 'done'}done{#is 'refused'}refused{#is 'failed'}failed{#else}{outcome}{/when}")
    String outcomeName(String outcome);

    @Message(
            "{#when code}{#is NOT_FOUND}There is no such page{#is OTHER_SITE}Another site sent this request{#is FORM_OUTDATED}This form is outdated{#is SERVICE_UNAVAILABLE}The database does not answer{#is OPERATOR_REQUIRED}You are no operator{#else}That did not work{/when}")
    String problem(ProblemCode code);

    @Message(
            "{#when code}{#is NOT_FOUND}What you look for may have been removed.{#is OTHER_SITE}Nothing was changed. Open the console by its own address.{#is FORM_OUTDATED}Nothing was changed. Open the page again, and repeat what you did.{#is SERVICE_UNAVAILABLE}Try again in some seconds. If you changed something, look first whether it was done.{#is OPERATOR_REQUIRED}Your account at the provider lacks the role of operators.{#is INTERNAL_ERROR}The log of the service says why.{#else}Nothing was changed.{/when}")
    String problemAdvice(ProblemCode code);
}
