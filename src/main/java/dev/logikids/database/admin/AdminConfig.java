package dev.logikids.database.admin;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** {@code logikids.admin.*}: who may reach the console and {@code /api/admin}; the token is {@link AdminToken}'s. */
@ConfigMapping(prefix = "logikids.admin")
interface AdminConfig {

    /**
     * The addresses and networks ({@code 10.0.0.5,fd00::/64}) of operators. For everybody else, and for all if it is empty,
     * the console and {@code /api/admin} do not exist.
     */
    @WithDefault("127.0.0.0/8,::1")
    Optional<List<String>> networks();

    /**
     * The role that a user of the OpenID provider needs, as {@code quarkus.oidc.roles.role-claim-path} finds it. Needed as
     * soon as {@code quarkus.oidc.tenant-enabled} is set: nobody gets in just because the provider knows him.
     */
    Optional<String> oidcRole();

    /** How many wrong tokens a client address has per 15 minutes; past them right ones are rejected too. */
    @WithDefault("20")
    int attempts();
}
