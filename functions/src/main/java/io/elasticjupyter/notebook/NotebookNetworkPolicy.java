package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.NetworkPolicySettings;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import java.util.ArrayList;
import java.util.List;

/** Builds the NetworkPolicy of the notebook: only the peers that its spec lists may connect to the server. */
final class NotebookNetworkPolicy {

    /**
     * Nothing tells where the pods of an Ingress controller or a Gateway run. All pods of the cluster reach an exposed notebook through
     * them anyway, and need its token.
     */
    private static final NetworkPolicyPeer ALL_PODS = new NetworkPolicyPeerBuilder().withNewNamespaceSelector()
            .endNamespaceSelector().build();

    private NotebookNetworkPolicy() {}

    static boolean isWanted(JupyterNotebook notebook) {
        return NetworkPolicySettings.areEnabled(NotebookReconciler.spec(notebook).networkPolicy());
    }

    /**
     * The notebook's own pods are always a peer: with an empty list of rules, server-side apply would keep a rule that somebody else
     * has added, and a rule without peers would let everyone connect.
     */
    static NetworkPolicy desired(JupyterNotebook notebook) {
        List<NetworkPolicyPeer> peers = new ArrayList<>();
        peers.add(new NetworkPolicyPeerBuilder()
                .withNewPodSelector().withMatchLabels(NotebookDeployment.labels(notebook)).endPodSelector()
                .build());
        List<NetworkPolicyPeer> given = NetworkPolicySettings.peers(NotebookReconciler.spec(notebook).networkPolicy());
        peers.addAll(given.isEmpty() && NotebookExposed.exposure(notebook).isPresent() ? List.of(ALL_PODS) : given);
        return new NetworkPolicyBuilder()
                .withNewSpec()
                .withNewPodSelector().withMatchLabels(NotebookDeployment.labels(notebook)).endPodSelector()
                .withPolicyTypes("Ingress")
                .addNewIngress().withFrom(peers)
                .addNewPort().withProtocol("TCP").withPort(new IntOrString(NotebookReconciler.PORT)).endPort()
                .endIngress()
                .endSpec()
                .build();
    }
}
