// The description is beside this page, wherever a proxy shows it.
window.SwaggerUIBundle({ url: "docs.json", dom_id: "#swagger-ui", validatorUrl: null });
