package dev.logikids.database.command;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** Registers the fields behind {@code --help} and {@code --version}, which picocli sets by reflection, for native executables. */
@RegisterForReflection(classNames = "picocli.CommandLine$AutoHelpMixin")
final class NativeCommandLine {

    private NativeCommandLine() {}
}
