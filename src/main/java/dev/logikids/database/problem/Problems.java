package dev.logikids.database.problem;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The errors that a resource method can answer with, for the OpenAPI document: on the method, on its class for all
 * methods, or on the type of a parameter for every method that takes one. Those that every method can answer with are
 * left out.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Problems {

    /** In any order. */
    ProblemCode[] value();
}
