package main

import (
	"context"
	"fmt"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// show prints what an agent sees of an embedded fake.
func show(ctx context.Context, write bool) error {
	srv, err := espotest.Start()
	if err != nil {
		return err
	}
	defer srv.Close()
	fmt.Println("ESPO_URL is not set: this shows on an embedded fake of EspoCRM what an agent sees.")
	accounts := srv.Seed("Account",
		espo.Attrs{"name": "Acme", "industry": "Electronics"}, espo.Attrs{"name": "Globex", "industry": "Energy"})
	srv.Seed("Contact", espo.Attrs{"firstName": "Olena", "lastName": "Koval", "accountId": accounts[0]})

	client, err := connect(srv.URL(), espo.APIKey(espotest.FullAPIKey), write)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	session, done, err := talk(ctx, newServer(client, write))
	if err != nil {
		return err
	}
	defer done()
	list, err := session.ListTools(ctx, nil)
	if err != nil {
		return err
	}
	for _, tool := range list.Tools {
		fmt.Printf("%-16s %s\n", tool.Name, tool.Description)
	}
	for _, call := range []*mcp.CallToolParams{
		{Name: "search", Arguments: map[string]any{
			"entityType": "Account", "attributes": []string{"name", "industry"}, "orderBy": "name",
			"where": []any{map[string]any{"attribute": "industry", "type": "in", "value": []string{"Energy", "Electronics"}}},
		}},
		{Name: "related_records", Arguments: map[string]any{"entityType": "Account", "id": accounts[0], "link": "contacts"}},
		{Name: "get_record", Arguments: map[string]any{"entityType": "Account", "id": "there-is-none"}},
	} {
		result, err := session.CallTool(ctx, call)
		if err != nil {
			return err
		}
		fmt.Printf("\n%s: %s\n", call.Name, text(result))
	}
	return nil
}

// talk connects a client to a server in this process.
func talk(ctx context.Context, server *mcp.Server) (*mcp.ClientSession, func(), error) {
	here, there := mcp.NewInMemoryTransports()
	serving, err := server.Connect(ctx, there, nil)
	if err != nil {
		return nil, nil, err
	}
	session, err := mcp.NewClient(&mcp.Implementation{Name: "show", Version: espo.Version}, nil).Connect(ctx, here, nil)
	if err != nil {
		_ = serving.Close()
		return nil, nil, err
	}
	return session, func() { _, _ = session.Close(), serving.Wait() }, nil
}

// text is what a tool has answered.
func text(result *mcp.CallToolResult) string {
	if len(result.Content) == 1 {
		if content, ok := result.Content[0].(*mcp.TextContent); ok {
			return content.Text
		}
	}
	return fmt.Sprint(result.Content)
}
