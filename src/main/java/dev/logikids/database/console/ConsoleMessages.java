package dev.logikids.database.console;

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
}
