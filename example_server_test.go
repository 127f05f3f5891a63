package espo_test

import (
	"context"
	"fmt"
	"log"
	"slices"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func ExampleAppService_CurrentUser() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	user, err := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).App.CurrentUser(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("reads accounts:", user.Level(espo.AccessRead, "Account"))
	fmt.Println("may edit accounts:", user.Can(espo.AccessEdit, "Account"))
	fmt.Println("may export:", user.Permission("export"))
	// Output:
	// reads accounts: own
	// may edit accounts: false
	// may export: no
}

func ExampleLabels() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	labels, err := srv.Client().I18n.Labels(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(labels.Field("Account", "emailAddress"))
	fmt.Println(labels.ScopePlural("Opportunity"))
	fmt.Println(labels.Option("Account", "type", "Customer"))
	// Output:
	// Email
	// Opportunities
	// Customer
}

func ExampleMetadataService_EnumOptions() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	options, err := srv.Client().Metadata.EnumOptions(context.Background(), "Lead", "status")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%q\n", options)
	// Output: ["New" "Assigned" "In Process" "Converted" "Recycled" "Dead"]
}

func ExampleCurrencyRateService_Set() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	ctx := context.Background()
	rates := srv.Client().CurrencyRates
	fmt.Println(rates.Set(ctx, map[string]espo.Number{"EUR": "1.11"}))
	fmt.Println(rates.Set(ctx, map[string]espo.Number{"EUR": "0"}))
	fmt.Println(rates.Set(ctx, map[string]espo.Number{"ZZZ": "2"}))
	// Output:
	// <nil>
	// espo: rates: EUR: 0 is not above zero
	// espo: rates: ZZZ is not a currency of this server
}

// What the server is, and what it is set to.
func ExampleAppService() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()

	if err := client.App.Ping(ctx); err != nil { // is it there, and does it know us?
		log.Fatal(err)
	}
	settings, err := client.App.Settings(ctx)
	fmt.Println(settings.TimeZone, settings.DefaultCurrency, err)
	// Output: UTC USD <nil>
}

// After a change of metadata by an extension, an administrator's program
// rebuilds the database.
func ExampleAdminService() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()

	fmt.Println(client.Admin.Rebuild(ctx))
	fmt.Println(client.Admin.ClearCache(ctx))
	jobs, err := client.Admin.JobNames(ctx)
	fmt.Println(slices.Contains(jobs, "Cleanup"), err)
	// Output:
	// <nil>
	// <nil>
	// true <nil>
}

// What an entity type is made of, such as for a form that is built from it.
func ExampleMetadataService_EntityType() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()

	account, err := client.Metadata.EntityType(ctx, "Account")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(account.Fields["name"].Type, account.Fields["name"].Required, account.Links["contacts"].Entity)

	var order string // any other value, by its key
	err = client.Metadata.Get(ctx, "entityDefs.Account.collection.orderBy", &order)
	fmt.Println(order, err)
	// Output:
	// varchar true Contact
	// createdAt <nil>
}

// The columns of the list in the web client, with their labels.
func ExampleLayoutService() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	labels, err := client.I18n.Labels(ctx)
	if err != nil {
		log.Fatal(err)
	}

	columns, err := client.Layouts.Columns(ctx, "Account", "list")
	if err != nil {
		log.Fatal(err)
	}
	for _, column := range columns[:2] {
		fmt.Println(labels.Field("Account", column.Name))
	}
	// Output:
	// Name
	// Website
}

// A role for a program that keeps a copy: it reads everything and writes
// nothing.
func ExampleRoleService() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()

	role, err := client.Roles.Create(ctx, espo.Role{Name: "Reader", Data: espo.ScopeRights{
		"Account": {Levels: map[espo.AccessAction]espo.AccessLevel{espo.AccessRead: espo.AccessAll}},
		"Contact": {Levels: map[espo.AccessAction]espo.AccessLevel{espo.AccessRead: espo.AccessAll}},
	}})
	if err != nil {
		log.Fatal(err)
	}
	user, err := client.Users.Create(ctx, espo.User{
		UserName: "copy", LastName: "Copy", Type: espo.UserTypeAPI, AuthMethod: espo.UserAuthMethodAPIKey, RolesIDs: []string{role.ID},
	})
	if err != nil {
		log.Fatal(err)
	}
	acl, err := client.Users.ACL(ctx, user.ID)
	fmt.Println(acl.Scopes["Account"].Levels[espo.AccessRead], acl.Scopes["Account"].Levels[espo.AccessEdit], err)
	// Output: all no <nil>
}

// The portals of a server, and what their users may do.
func ExamplePortalService() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()

	role, err := client.PortalRoles.Create(ctx, espo.PortalRole{Name: "Customer"})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Portals.Create(ctx, espo.Portal{Name: "Help", IsActive: true, PortalRolesIDs: []string{role.ID}}); err != nil {
		log.Fatal(err)
	}
	for portal, err := range client.Portals.All(ctx, espo.Query{Where: espo.Where(espo.IsTrue("isActive"))}) {
		fmt.Println(portal.Name, err)
	}
	// Output: Help <nil>
}

// The ways of a deal, in their order. EspoCRM 10.0 and later.
func ExamplePipelineService() {
	srv, err := espotest.Start(espotest.WithVersion("10.0"))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client, ctx := srv.ClientAs(espo.Token(espotest.AdminUser, espotest.AdminPassword)), context.Background()

	var last espo.Pipeline
	for _, name := range []string{"Projects", "Service"} {
		if last, err = client.Pipelines.Create(ctx, espo.Pipeline{Name: name, EntityType: "Opportunity"}); err != nil {
			log.Fatal(err)
		}
	}
	if err := client.Pipelines.Move(ctx, last.ID, espo.MoveTop); err != nil {
		log.Fatal(err)
	}
	for pipeline, err := range client.Pipelines.All(ctx, espo.Query{OrderBy: "order"}) {
		fmt.Println(pipeline.Name, err)
	}
	// Output:
	// Service <nil>
	// Projects <nil>
}

// A stage of one's own between those that a new pipeline has.
func ExamplePipelineStageService() {
	srv, err := espotest.Start(espotest.WithVersion("10.0"))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client, ctx := srv.ClientAs(espo.Token(espotest.AdminUser, espotest.AdminPassword)), context.Background()
	pipeline, err := client.Pipelines.Create(ctx, espo.Pipeline{Name: "Projects", EntityType: "Opportunity"})
	if err != nil {
		log.Fatal(err)
	}

	stage, err := client.PipelineStages.Create(ctx, espo.PipelineStage{
		Name: "First talk", PipelineID: pipeline.ID, MappedStatus: string(espo.OpportunityStageProspecting),
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := client.PipelineStages.Move(ctx, stage.ID, espo.MoveUp); err != nil {
		log.Fatal(err)
	}
	stages, err := client.Pipelines.Stages(pipeline.ID).List(ctx, espo.Query{OrderBy: "order"})
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range stages.Records[:2] {
		fmt.Println(s.Name)
	}
	// Output:
	// First talk
	// Prospecting
}

// A user's own settings, such as the language of the labels.
func ExampleUserService_UpdatePreferences() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	me, err := client.App.CurrentUser(ctx)
	if err != nil {
		log.Fatal(err)
	}

	settings, err := client.Users.UpdatePreferences(ctx, me.User.ID, espo.Attrs{"timeZone": "Europe/Kyiv"})
	fmt.Println(settings.String("timeZone"), err)
	// Output: Europe/Kyiv <nil>
}

// What each user may do with a record, by all roles and teams.
func ExampleUserService_AccessTo() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]

	for user, err := range client.Users.AccessTo(client.Accounts.Ref(account)).All(ctx, espo.Query{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(user.UserName, user.RecordAccessLevels.Read, user.RecordAccessLevels.Delete)
	}
	// Output:
	// admin true true
	// api-key-user true true
	// api-hmac-user true true
	// api-limited-user false false
	// totp-user false false
}
