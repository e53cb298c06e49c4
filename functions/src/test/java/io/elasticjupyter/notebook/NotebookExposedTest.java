package io.elasticjupyter.notebook;

import static io.elasticjupyter.fixtures.ResourceFixture.aNotebook;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.elasticjupyter.fixtures.NetworkPolicyFixture;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The way to notebooks from outside the cluster. */
class NotebookExposedTest {

    private final ReconcilerFixture<JupyterNotebook, JupyterNotebookStatus> notebooks = new ReconcilerFixture<>(
            new NotebookReconciler(() -> "generated"));

    @Test
    void anIngressSendsRequestsForHostAndPathToTheService() {
        Ingress ingress = notebooks.child(notebook("""
                {host: ada.example.com, path: /nb/ada/, ingress: {className: traefik, tlsSecretName: ada-tls,
                  annotations: {a: b}}}"""), Ingress.class);

        assertThat(ingress.getMetadata().getName()).isEqualTo("n");
        assertThat(ingress.getMetadata().getOwnerReferences()).hasSize(1);
        assertThat(ingress.getMetadata().getAnnotations()).containsEntry("a", "b");
        assertThat(ingress.getSpec().getIngressClassName()).isEqualTo("traefik");
        assertThat(ingress.getSpec().getTls()).singleElement().satisfies(tls -> {
            assertThat(tls.getHosts()).containsExactly("ada.example.com");
            assertThat(tls.getSecretName()).isEqualTo("ada-tls");
        });
        assertThat(ingress.getSpec().getRules()).singleElement().satisfies(rule -> {
            assertThat(rule.getHost()).isEqualTo("ada.example.com");
            assertThat(rule.getHttp().getPaths()).singleElement().satisfies(path -> {
                assertThat(path.getPath()).isEqualTo("/nb/ada");
                assertThat(path.getPathType()).isEqualTo("Prefix");
                assertThat(path.getBackend().getService().getName()).isEqualTo("n");
                assertThat(path.getBackend().getService().getPort().getNumber()).isEqualTo(8888);
            });
        });
    }

    @Test
    void anHttpRouteIsAttachedToTheGateway() {
        JupyterNotebook notebook = notebook(
                "{host: ada.example.com, httpRoute: {parentRef: {name: web, namespace: infra, sectionName: https}}}");
        HTTPRoute route = notebooks.child(notebook, HTTPRoute.class);

        assertThat(ReconcilerFixture.wanted(notebooks.reconciler(), notebook))
                .noneMatch(child -> child.type() == Ingress.class);
        assertThat(route.getSpec().getParentRefs()).singleElement().satisfies(parent -> {
            assertThat(parent.getName()).isEqualTo("web");
            assertThat(parent.getNamespace()).isEqualTo("infra");
            assertThat(parent.getSectionName()).isEqualTo("https");
        });
        assertThat(route.getSpec().getHostnames()).containsExactly("ada.example.com");
        assertThat(route.getSpec().getRules()).singleElement().satisfies(rule -> {
            assertThat(rule.getMatches().getFirst().getPath().getValue()).isEqualTo("/");
            assertThat(rule.getBackendRefs().getFirst().getPort()).isEqualTo(8888);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{host: a.b, ingress: {}} | http://a.b/",
            "{host: a.b, ingress: {tlsSecretName: t}} | https://a.b/",
            "{host: a.b, path: /x, ingress: {}} | http://a.b/x/",
            "{host: a.b, path: /x/, scheme: https, port: 8443, ingress: {}} | https://a.b:8443/x/",
            "{host: a.b, path: /, httpRoute: {parentRef: {name: g}}} | https://a.b/",
            "{host: a.b, scheme: http, httpRoute: {parentRef: {name: g}}} | http://a.b/",
            "{path: /x, ingress: {}} | http://n.team.svc:8888/x/"})
    void theUrlIsThatOutsideTheCluster(String expose, String url) {
        assertThat(notebooks.status(notebook(expose)).url()).isEqualTo(url);
    }

    @Test
    void withoutAHostTheUrlHasTheAddressOfTheIngress() {
        assertThat(notebooks.status(notebook("{path: /x, ingress: {}}"), ingress()).url())
                .isEqualTo("http://203.0.113.7/x/");
        assertThat(notebooks.status(aNotebook("n").build()).url()).isEqualTo("http://n.team.svc:8888");
    }

    @Test
    void thePathIsTheBaseUrlOfTheServerAndARootLeavesThePodAsItIs() {
        JupyterNotebook plain = aNotebook("n").build();

        assertThat(configuration(notebook("{path: /nb/ada, ingress: {}}"))).endsWith("app.base_url = \"/nb/ada/\"\n");
        assertThat(configuration(notebook("{host: a.b, ingress: {}}"))).isEqualTo(configuration(plain));
        assertThat(pod(notebook("{host: a.b, ingress: {}}"))).isEqualTo(pod(plain));
        assertThat(pod(notebook("{path: /a, ingress: {}}"))).isNotEqualTo(pod(plain));
    }

    @Test
    void anExposedNotebookAdmitsAllPodsUnlessItListsPeers() {
        JupyterNotebook listing = aNotebook("n").withYaml("expose", "{host: a.b, ingress: {}}").withYaml(
                "networkPolicy",
                "{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: traefik}}}]}").build();

        assertThat(policy(notebook("{host: a.b, ingress: {}}")).allows("other", Map.of(), 8888)).isTrue();
        assertThat(policy(notebook("{host: a.b, ingress: {}}")).allows("other", Map.of(), 22)).isFalse();
        assertThat(policy(listing).allows("other", Map.of(), 8888)).isFalse();
        assertThat(policy(listing).allows("traefik", Map.of(), 8888)).isTrue();
    }

    @Test
    void whatNoControllerHasReportedIsUnknownAndKeepsNoNotebookFromBeingReady() {
        JupyterNotebook notebook = notebook("{host: a.b, ingress: {}}");

        assertThat(exposed(notebooks.status(notebook, running())).getStatus()).isEqualTo("Unknown");
        assertThat(notebooks.readiness(notebook, running()).reason()).isEqualTo("Ready");
        assertThat(exposed(notebooks.status(notebook, running(), ingress()))).satisfies(condition -> {
            assertThat(condition.getStatus()).isEqualTo("True");
            assertThat(condition.getMessage()).contains("203.0.113.7");
        });
        assertThat(Conditions.of(notebooks.status(aNotebook("n").build(), running())).find("Exposed")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"web,Accepted,True,True,Ready", "web,Accepted,False,False,RouteNotAccepted",
            "web,ResolvedRefs,False,False,RouteNotAccepted", "other,Accepted,False,Unknown,RouteNotReported"})
    void theNotebookIsReadyOnlyIfTheGatewayAcceptsItsRoute(String parent, String type, String status,
            String exposed, String ready) {
        JupyterNotebook notebook = notebook("{host: a.b, httpRoute: {parentRef: {name: web}}}");
        HTTPRoute route = new HTTPRouteBuilder(notebooks.child(notebook, HTTPRoute.class)).withNewStatus()
                .addNewParent().withNewParentRef().withName(parent).endParentRef()
                .withConditions(new ConditionBuilder().withType(type).withStatus(status)
                        .withReason("NotAllowedByListeners").withMessage("no listener").build())
                .endParent().endStatus().build();

        assertThat(exposed(notebooks.status(notebook, running(), route)).getStatus()).isEqualTo(exposed);
        assertThat(notebooks.readiness(notebook, running(), route)).satisfies(readiness -> {
            assertThat(readiness.reason()).isEqualTo(ready);
            assertThat(readiness.message().contains("NotAllowedByListeners: no listener"))
                    .isEqualTo(ready.equals("RouteNotAccepted"));
        });
    }

    private static JupyterNotebook notebook(String expose) {
        return aNotebook("n").withYaml("expose", expose).build();
    }

    private static Ingress ingress() {
        return new IngressBuilder().withNewMetadata().withName("n").withNamespace("team").endMetadata()
                .withNewStatus().withNewLoadBalancer().addNewIngress().withIp("203.0.113.7").endIngress()
                .endLoadBalancer().endStatus().build();
    }

    private static Deployment running() {
        return new DeploymentBuilder().withNewMetadata().withName("n").withNamespace("team").withGeneration(1L)
                .endMetadata()
                .withNewSpec().withReplicas(1).withNewTemplate().withNewSpec().endSpec().endTemplate().endSpec()
                .withNewStatus().withObservedGeneration(1L).withReplicas(1).withReadyReplicas(1).withUpdatedReplicas(1)
                .withAvailableReplicas(1).endStatus().build();
    }

    private static Condition exposed(JupyterNotebookStatus status) {
        return Conditions.of(status).find("Exposed").orElseThrow();
    }

    private String configuration(JupyterNotebook notebook) {
        return new String(Base64.getDecoder().decode(
                notebooks.child(notebook, Secret.class).getData().get("jupyter_server_config.py")),
                StandardCharsets.UTF_8);
    }

    private Object pod(JupyterNotebook notebook) {
        return notebooks.child(notebook, Deployment.class).getSpec().getTemplate();
    }

    private NetworkPolicyFixture policy(JupyterNotebook notebook) {
        return new NetworkPolicyFixture("team", notebooks.child(notebook, NetworkPolicy.class));
    }
}
