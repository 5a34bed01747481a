package dev.logikids.database.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Bounds on request bodies. A large body costs about five times its size until its request ends. */
@ConfigMapping(prefix = "logikids.body")
interface BodyConfig {

    /** The largest body that is read: a blob of 1 MB with room for the other fields. */
    @WithDefault("1088K")
    MemorySize max();

    /** Bodies above this are large. */
    @WithDefault("64K")
    MemorySize large();

    /** How many large bodies are held at a time: 16 of them stay below 100 MB of heap. */
    @WithDefault("16")
    int largeAtOnce();

    /** How many requests with a large body may wait for their turn; more answer 503. */
    @WithDefault("512")
    int waiting();

    /** How long one waits before it answers 503. */
    @WithDefault("10s")
    Duration patience();

    /** How long a large body may take to arrive before the connection is closed. */
    @WithDefault("30s")
    Duration upload();

    /** How long the rest of a refused body is read and thrown away, so that the client sees the refusal. */
    @WithDefault("3s")
    Duration linger();
}
