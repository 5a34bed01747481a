package dev.logikids.database.token;

import java.util.regex.Pattern;

/** The form of a user id: a UUID in the 8-4-4-4-12 form, of any version, in either letter case, nothing around it. */
public final class UserId {

    private static final Pattern FORM =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private UserId() {}

    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }
}
