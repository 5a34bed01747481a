package dev.logikids.database.console;

/**
 * What a page says once about the action before it.
 *
 * @param kind of the sentence
 * @param text in the operator's language, without ids, codes and tokens
 */
public record Notice(Kind kind, String text) {

    public enum Kind {
        DONE,
        FAILED
    }

    public static Notice done(String text) {
        return new Notice(Kind.DONE, text);
    }

    public static Notice failed(String text) {
        return new Notice(Kind.FAILED, text);
    }

    public boolean isFailed() {
        return kind == Kind.FAILED;
    }
}
