package io.embeddedkubernetes;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Runs a class of tests on the embedded API and, if the environment variable {@code KUBEBUILDER_ASSETS} names a folder
 * with etcd and kube-apiserver, on a real API server too.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ParameterizedClass(name = "{0}")
@ArgumentsSource(OnEachApi.Servers.class)
@interface OnEachApi {

    /** Provides the servers, one argument for each run of the class. */
    final class Servers implements ArgumentsProvider {

        @Override
        public Stream<Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
            return Stream.concat(Stream.of(Arguments.of(ApiServer.embedded())),
                    BinaryApiServer.shared().stream().map(Arguments::of));
        }
    }
}
