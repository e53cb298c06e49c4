package io.elasticjupyter.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the manager of a Deployment has applied, on an API server that adds defaults. */
class AppliedFieldsTest extends OnAnEmbeddedApi {

    private AppliedFields fields;

    @BeforeEach
    void prepare() {
        fields = new AppliedFields(client.getKubernetesSerialization(), "me");
        apply("me", desired());
    }

    @Test
    void theSameFieldsAreApplied() {
        assertThat(live().getSpec().getStrategy()).as("a default").isNotNull();
        assertThat(fields.areApplied(live(), desired())).isTrue();
        assertThat(new AppliedFields(client.getKubernetesSerialization(), "other").areApplied(live(), desired()))
                .isFalse();
    }

    @Test
    void aChangedAddedOrRemovedFieldIsNot() {
        assertThat(fields.areApplied(live(), with(d -> d.getSpec().setReplicas(2)))).isFalse();
        assertThat(fields.areApplied(live(), with(d -> d.getSpec().setReplicas(null)))).isFalse();
        assertThat(fields.areApplied(live(), with(d -> d.getSpec().setPaused(true)))).isFalse();
        assertThat(fields.areApplied(live(), with(d -> d.getMetadata().setLabels(null)))).isFalse();
    }

    @Test
    void aChangedAddedOrRemovedElementOfAListIsNot() {
        assertThat(fields.areApplied(live(), with(d -> container(d).setImage("another")))).isFalse();
        assertThat(fields.areApplied(live(), with(d -> container(d).getEnv().removeLast()))).isFalse();
        assertThat(fields.areApplied(live(), with(d -> container(d).getArgs().add("--another")))).isFalse();
        assertThat(fields.areApplied(live(), with(d -> container(d).setArgs(null)))).isFalse();
        assertThat(fields.areApplied(live(), with(d -> container(d).getPorts().getFirst().setContainerPort(81))))
                .isFalse();
        assertThat(fields.areApplied(live(), with(d -> container(d).getPorts().getFirst().setProtocol("UDP"))))
                .isFalse();
        assertThat(fields.areApplied(live(), with(d -> d.getSpec().getTemplate().getSpec().getContainers()
                .add(container(new DeploymentBuilder(d).build()))))).isFalse();
        assertThat(fields.areApplied(live(), with(d -> d.getMetadata().getFinalizers().add("example.com/another"))))
                .isFalse();
        assertThat(fields.areApplied(live(), with(d -> d.getMetadata().setFinalizers(null)))).isFalse();
    }

    @Test
    void aFieldThatAnotherManagerChangedIsNot() {
        edit(d -> d.getSpec().setReplicas(3));
        assertThat(fields.areApplied(live(), desired())).isFalse();
    }

    @Test
    void aFieldThatAnotherManagerAddedDoesNotMatter() {
        edit(d -> {
            d.getMetadata().getLabels().put("theirs", "x");
            d.getSpec().setPaused(true);
            container(d).setWorkingDir("/tmp");
        });
        assertThat(fields.areApplied(live(), desired())).isTrue();
    }

    @Test
    void aFieldThatAnotherManagerAppliesTooIsStillApplied() {
        apply("other", desired());
        assertThat(fields.areApplied(live(), desired())).isTrue();
    }

    @Test
    void anAtomicListIsAppliedAsAWhole() {
        edit(d -> container(d).getArgs().add("--theirs"));
        assertThat(fields.areApplied(live(), desired())).isFalse();
    }

    private void edit(Consumer<Deployment> change) {
        client.resource(live()).edit(d -> {
            change.accept(d);
            return d;
        });
    }

    private void apply(String manager, Deployment deployment) {
        client.resource(deployment).fieldManager(manager).serverSideApply();
    }

    private Deployment live() {
        return client.apps().deployments().inNamespace("default").withName("web").get();
    }

    private static Container container(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
    }

    private static Deployment with(Consumer<Deployment> change) {
        Deployment deployment = desired();
        change.accept(deployment);
        return deployment;
    }

    private static Deployment desired() {
        return new DeploymentBuilder()
                .withNewMetadata().withName("web").withNamespace("default").addToLabels("a", "b")
                .addToFinalizers("example.com/keep").endMetadata()
                .withNewSpec().withReplicas(1).withNewSelector().addToMatchLabels("app", "web").endSelector()
                .withNewTemplate().withNewMetadata().addToLabels("app", "web").endMetadata()
                .withNewSpec()
                .addNewContainer().withName("one").withImage("one").withArgs("--a", "--b")
                .addNewPort().withContainerPort(80).endPort()
                .addNewEnv().withName("A").withValue("a").endEnv()
                .addNewEnv().withName("B").withValue("b").endEnv()
                .addNewVolumeMount().withName("scratch").withMountPath("/scratch").endVolumeMount()
                .endContainer()
                .addNewVolume().withName("scratch").withNewEmptyDir().endEmptyDir().endVolume()
                .endSpec().endTemplate().endSpec().build();
    }
}
