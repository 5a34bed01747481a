package dev.logikids.database.command;

import dev.logikids.database.health.Build;
import io.quarkus.runtime.annotations.RegisterForReflection;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
@RegisterForReflection
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {Build.read().toString()};
    }
}
