package io.elasticjupyter;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Imports run one way. */
@AnalyzeClasses(packages = "io.elasticjupyter", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] FEATURES = {"io.elasticjupyter.notebook..", "io.elasticjupyter.gateway..",
            "io.elasticjupyter.kernelspec..", "io.elasticjupyter.kernel..", "io.elasticjupyter.cull.."};

    @ArchTest
    static final ArchRule functionsDoNotKnowEventing = noClasses().that()
            .resideOutsideOfPackages("io.elasticjupyter.local..", "io.embeddedkubernetes..")
            .should().dependOnClassesThat().resideInAnyPackage("io.elasticjupyter.local..",
                    "io.embeddedkubernetes..",
                    "io.fabric8.knative.eventing..");

    @ArchTest
    static final ArchRule featuresDoNotImportOneAnother = slices().matching("io.elasticjupyter.(*)..")
            .that(DescribedPredicate.describe("are features", slice -> slice.stream().anyMatch(
                    c -> DescribedPredicate.or(java.util.Arrays.stream(FEATURES).map(f -> resideInAPackage(f)).toList())
                            .test(c))))
            .should().notDependOnEachOther();

    @ArchTest
    static final ArchRule nobodyImportsAFeature = noClasses().that()
            .resideInAnyPackage("io.elasticjupyter.api..", "io.elasticjupyter.event..",
                    "io.elasticjupyter.reconcile..")
            .should().dependOnClassesThat().resideInAnyPackage(FEATURES);

    @ArchTest
    static final ArchRule eventsDoNotKnowTheLoop = noClasses().that().resideInAPackage("io.elasticjupyter.event..")
            .should().dependOnClassesThat()
            .resideInAnyPackage("io.elasticjupyter.reconcile..", "io.elasticjupyter.api..");

    @ArchTest
    static final ArchRule typesKnowNothingOfOurs = noClasses().that().resideInAPackage("io.elasticjupyter.api..")
            .should().dependOnClassesThat()
            .resideInAnyPackage("io.elasticjupyter.reconcile..", "io.elasticjupyter.event..");

    @ArchTest
    static final ArchRule decisionsDoNotReachTheCluster = noClasses().that()
            .haveNameMatching(".*\\.(cull\\.policy\\..*|(Notebook|Gateway|Kernel|KernelSpec)Reconciler)")
            .should().dependOnClassesThat().haveFullyQualifiedName("io.fabric8.kubernetes.client.KubernetesClient");

    @ArchTest
    static final ArchRule namesSayWhatAClassIs = noClasses().should()
            .haveNameMatching(".*[a-z](Utils|Helper|Manager|Constants)");
}
