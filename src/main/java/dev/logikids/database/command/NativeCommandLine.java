package dev.logikids.database.command;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** Lets a native executable set the fields behind {@code --help} and {@code --version}, which picocli reaches by reflection. */
@RegisterForReflection(classNames = "picocli.CommandLine$AutoHelpMixin")
final class NativeCommandLine {

    private NativeCommandLine() {}
}
