package io.elasticjupyter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;

/**
 * Imports run one way: the application imports features, features import the layers, and each layer imports the layers before
 * it. The cull is a layer, because reclaim deletes kernels by it, and so is the decision of reclaim, which imports no feature. A package that is neither the application nor a layer is a feature.
 */
@AnalyzeClasses(packages = "io.elasticjupyter", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.elasticjupyter.";

    private static final List<String> LAYERS = List.of("serialization", "api", "event", "kubernetes", "reconcile",
            "workload", "reclaim.policy", "cull");

    private static final String APPLICATION = "application";

    /** Only these packages may use the client of the Kubernetes API. */
    private static final String CLIENT = "io.fabric8.kubernetes.client.KubernetesClient";

    @ArchTest
    static final ArchRule importsRunOneWay = classes().should(new ArchCondition<>("import what is below them alone") {
        @Override
        public void check(JavaClass type, ConditionEvents events) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String from = room(type);
                String to = room(dependency.getTargetClass().getBaseComponentType());
                if (!to.isEmpty() && !from.equals(to) && floor(from) <= floor(to)) {
                    events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                }
            }
        }
    });

    @ArchTest
    static final ArchRule packagesHaveNoCycles = slices().matching("io.elasticjupyter.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheApplicationKnowsSpringAndServesHttp = noClasses().that()
            .resideOutsideOfPackage(ROOT + APPLICATION + "..")
            .should().dependOnClassesThat().resideInAnyPackage("org.springframework..", "jakarta.servlet..");

    @ArchTest
    static final ArchRule decisionsDoNotReachTheCluster = noClasses().that()
            .resideInAPackage("..policy..").or().haveNameMatching(".*[a-z]Reconciler")
            .should().dependOnClassesThat().haveFullyQualifiedName(CLIENT);

    @ArchTest
    static final ArchRule namesTellTheRole = noClasses().should()
            .haveNameMatching(".*[a-z](Utils|Helper|Manager|Constants)");

    /** Returns the layer or the first part of a class's package below the project's; empty for a class outside the project. */
    private static String room(JavaClass type) {
        String name = type.getPackageName() + ".";
        for (String layer : LAYERS) {
            if (name.startsWith(ROOT + layer + ".")) {
                return layer;
            }
        }
        return name.startsWith(ROOT) && name.length() > ROOT.length()
                ? name.substring(ROOT.length(), name.indexOf('.', ROOT.length()))
                : "";
    }

    private static int floor(String room) {
        if (room.equals(APPLICATION)) {
            return LAYERS.size() + 1;
        }
        return LAYERS.contains(room) ? LAYERS.indexOf(room) : LAYERS.size();
    }
}
