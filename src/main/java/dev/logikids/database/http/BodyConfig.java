package dev.logikids.database.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** {@code logikids.body.*}: bounds on request bodies. A large body costs about five times its size until its request ends. */
@ConfigMapping(prefix = "logikids.body")
interface BodyConfig {

    /** The largest body that is read, in bytes; application.properties has its default, for Quarkus needs it too. */
    MemorySize max();

    /** How many large bodies are held at a time: 16 of them stay below 100 MB of heap. */
    @WithDefault("16")
    int largeAtOnce();
}
