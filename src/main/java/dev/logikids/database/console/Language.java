package dev.logikids.database.console;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A language of the console. */
public enum Language {
    EN(Locale.ENGLISH, "English"),
    DE(Locale.GERMAN, "Deutsch");

    private static final String COOKIE = "logikids-console-language";
    private static final Duration KEPT = Duration.ofDays(365);

    private final Locale locale;
    private final String ownName;

    Language(Locale locale, String ownName) {
        this.locale = locale;
        this.ownName = ownName;
    }

    public Locale locale() {
        return locale;
    }

    /** As in the attribute {@code lang} of HTML. */
    public String tag() {
        return locale.toLanguageTag();
    }

    /** What its speakers call it. */
    public String ownName() {
        return ownName;
    }

    static Optional<Language> of(String tag) {
        return Stream.of(values())
                .filter(language -> language.tag().equals(tag))
                .findFirst();
    }

    /** The one that the operator chose, else the first that the browser accepts, else English. */
    static Language of(HttpServerRequest request) {
        return Optional.ofNullable(request.getCookie(COOKIE))
                .flatMap(cookie -> of(cookie.getValue()))
                .orElseGet(() -> accepted(request.getHeader(HttpHeaders.ACCEPT_LANGUAGE)));
    }

    private static Language accepted(String header) {
        if (header == null) {
            return EN;
        }
        try {
            List<String> tags = Stream.of(values()).map(Language::tag).toList();
            return Optional.ofNullable(Locale.lookupTag(Locale.LanguageRange.parse(header), tags))
                    .flatMap(Language::of)
                    .orElse(EN);
        } catch (IllegalArgumentException malformed) {
            return EN;
        }
    }

    /** The cookie that remembers the choice. */
    Cookie cookie() {
        return Cookie.cookie(COOKIE, tag())
                .setPath("/console")
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT)
                .setMaxAge(KEPT.toSeconds());
    }
}
