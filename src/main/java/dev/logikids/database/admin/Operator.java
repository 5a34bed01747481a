package dev.logikids.database.admin;

import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.Problems;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;

/**
 * Who acts on the service, as the audit names him.
 *
 * @param name {@code token} for whoever holds the ADMIN_TOKEN, else the name that the OpenID provider gave, or the user of
 *     the machine for a command; at most {@link #MAX_NAME} characters
 * @param channel by which he came
 * @param address of the client; empty for a command
 */
@SecurityScheme(
        securitySchemeName = Operator.SCHEME,
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description = "ADMIN_TOKEN, or an access token of the OpenID provider")
@Problems({ProblemCode.NOT_FOUND, ProblemCode.OPERATOR_REQUIRED, ProblemCode.TOO_MANY_ATTEMPTS})
public record Operator(String name, Channel channel, String address) {

    /** The name of the security scheme in the OpenAPI document. */
    public static final String SCHEME = "adminToken";

    /** As much of a name as the audit keeps. */
    public static final int MAX_NAME = 200;

    /** The name of whoever holds the ADMIN_TOKEN. */
    public static final String TOKEN_HOLDER = "token";

    /** By which way an operator came. */
    public enum Channel {
        CONSOLE,
        API,
        COMMAND;

        /** As the audit has it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Operator {
        // what a provider sends is a stranger's text: PostgreSQL takes no NUL, a page no line break
        String printable = name.replaceAll("[\\p{Cntrl}\\p{Cs}]", " ").strip();
        name = printable.codePointCount(0, printable.length()) <= MAX_NAME
                ? printable
                : printable.substring(0, printable.offsetByCodePoints(0, MAX_NAME));
    }

    /** Returns whoever runs a command on the machine of the service. */
    public static Operator ofCommand(String userOfTheMachine) {
        return new Operator(userOfTheMachine, Channel.COMMAND, "");
    }

    /** A name and an address are personal data. */
    @Override
    public String toString() {
        return "Operator[channel=" + channel + "]";
    }
}
