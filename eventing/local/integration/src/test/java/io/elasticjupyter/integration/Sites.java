package io.elasticjupyter.integration;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The sites of all available clusters, started once for all test classes and stopped after the last one. */
final class Sites implements ArgumentsProvider, AutoCloseable {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Sites.class);

    private final List<Site> sites = new ArrayList<>();

    @Override
    public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(Sites.class, key -> start(), Sites.class).sites
                .stream().map(Arguments::of);
    }

    private static Sites start() {
        Sites all = new Sites();
        all.sites.add(Site.start(EmbeddedCluster.start()));
        RealCluster.find(System.getenv()).ifPresentOrElse(
                real -> all.sites.add(Site.start(real.get())),
                () -> System.out
                        .println("Integration tests: " + RealCluster.NONE + ". Only the embedded API is used."));
        all.sites.forEach(site -> System.out.println("Integration tests run on " + site + "."));
        return all;
    }

    @Override
    public void close() {
        sites.forEach(Site::close);
    }
}
