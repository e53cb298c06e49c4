package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.NetworkPolicySettings;
import io.elasticjupyter.kubernetes.Labels;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.workload.GatewayLabels;
import io.elasticjupyter.workload.KernelLabels;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Builds the NetworkPolicies of a gateway and of its kernels. Enterprise Gateway connects to five ports of a kernel's pod that the
 * kernel chooses, and a kernel sends them to the gateway's response port.
 */
final class GatewayNetworkPolicies {

    private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

    /** The label that Knative sets on the pods of a Service. */
    private static final String KNATIVE_SERVICE = "serving.knative.dev/service";

    private GatewayNetworkPolicies() {}

    static boolean areWanted(JupyterGateway gateway) {
        return NetworkPolicySettings.areEnabled(GatewayReconciler.spec(gateway).networkPolicy());
    }

    static String kernelsName(JupyterGateway gateway) {
        return gateway.getMetadata().getName() + "-kernels";
    }

    /** Lets the notebooks that refer to the gateway, its kernels and the cull function connect to it. */
    static NetworkPolicy ofGateway(JupyterGateway gateway, Observed observed, String functionsNamespace) {
        List<NetworkPolicyPeer> clients = new ArrayList<>();
        clients.add(notebooks(gateway));
        clients.add(new NetworkPolicyPeerBuilder()
                .withNewNamespaceSelector().addToMatchLabels(NAMESPACE_NAME, functionsNamespace).endNamespaceSelector()
                .withNewPodSelector().addToMatchLabels(KNATIVE_SERVICE, GatewayAccess.CULLER).endPodSelector()
                .build());
        clients.addAll(NetworkPolicySettings.peers(GatewayReconciler.spec(gateway).networkPolicy()));
        return new NetworkPolicyBuilder()
                .withNewSpec()
                .withNewPodSelector().withMatchLabels(GatewayDeployment.labels(gateway)).endPodSelector()
                .withPolicyTypes("Ingress")
                .addNewIngress().withFrom(clients)
                .addNewPort().withProtocol("TCP").withPort(new IntOrString(JupyterGateway.PORT)).endPort()
                .endIngress()
                .addNewIngress().withFrom(kernels(gateway, observed))
                .addNewPort().withProtocol("TCP").withPort(new IntOrString(GatewayDeployment.RESPONSE_PORT)).endPort()
                .endIngress()
                .endSpec()
                .build();
    }

    /** Lets only the gateway connect to its kernels. Pods that the functions did not create are not selected. */
    static NetworkPolicy ofKernels(JupyterGateway gateway) {
        return new NetworkPolicyBuilder()
                .withNewSpec()
                .withNewPodSelector().withMatchLabels(labelsOfKernels(gateway)).endPodSelector()
                .withPolicyTypes("Ingress")
                .addNewIngress()
                .addNewFrom().withNewPodSelector().withMatchLabels(GatewayDeployment.labels(gateway)).endPodSelector()
                .endFrom()
                .endIngress()
                .endSpec()
                .build();
    }

    /** Returns the labels that the functions give to the pods of a gateway's kernels. */
    private static Map<String, String> labelsOfKernels(JupyterGateway gateway) {
        return Map.of(KernelLabels.COMPONENT, KernelLabels.KERNEL, GatewayLabels.GATEWAY,
                gateway.getMetadata().getName());
    }

    /** Selects notebooks in all namespaces, because a notebook may refer to a gateway in another one. */
    private static NetworkPolicyPeer notebooks(JupyterGateway gateway) {
        return new NetworkPolicyPeerBuilder()
                .withNewNamespaceSelector().endNamespaceSelector()
                .withNewPodSelector()
                .addToMatchLabels(Labels.NAME, Labels.NOTEBOOK)
                .addToMatchLabels(GatewayLabels.GATEWAY, gateway.getMetadata().getName())
                .addToMatchLabels(GatewayLabels.GATEWAY_NAMESPACE, gateway.getMetadata().getNamespace())
                .endPodSelector()
                .build();
    }

    private static List<NetworkPolicyPeer> kernels(JupyterGateway gateway, Observed observed) {
        List<NetworkPolicyPeer> kernels = new ArrayList<>();
        kernels.add(new NetworkPolicyPeerBuilder()
                .withNewPodSelector().withMatchLabels(labelsOfKernels(gateway)).endPodSelector()
                .build());
        if (GatewayAccess.createsPods(gateway, observed)) {
            // Enterprise Gateway creates the pods of the image's own kernel specs, without the label of their gateway.
            kernels.add(new NetworkPolicyPeerBuilder()
                    .withNewPodSelector()
                    .withMatchLabels(KernelLabels.OF_ENTERPRISE_GATEWAY)
                    .addNewMatchExpression().withKey(GatewayLabels.GATEWAY).withOperator("DoesNotExist")
                    .endMatchExpression()
                    .endPodSelector()
                    .build());
        }
        return kernels;
    }
}
