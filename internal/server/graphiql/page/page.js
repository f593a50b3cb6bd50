// Mounts GraphiQL on the page's one element, whose data attributes carry the
// API's path and the example operations that a first visit opens as tabs.
const element = document.getElementById('graphiql');
const endpoint = new URL(element.dataset.endpoint, location.href);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol.replace('http', 'ws');

ReactDOM.createRoot(element).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: endpoint.href, subscriptionUrl: socket.href }),
    defaultTabs: JSON.parse(element.dataset.examples),
    isHeadersEditorEnabled: true,
  }),
);
