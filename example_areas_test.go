package espo_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// start returns the embedded fake of EspoCRM and a client for it, as its
// administrator.
func start() (*espotest.Server, *espo.Client) {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	return srv, srv.ClientAs(espo.Token(espotest.AdminUser, espotest.AdminPassword))
}

func ExampleActivityService_Calendar() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	me, err := client.App.CurrentUser(ctx)
	if err != nil {
		log.Fatal(err)
	}
	begin := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	_, err = client.Meetings.Create(ctx, espo.Meeting{
		Name: "Kick-off", AssignedUserID: me.User.ID,
		DateStart: espo.NewDateTime(begin), DateEnd: espo.NewDateTime(begin.Add(time.Hour)),
	})
	if err != nil {
		log.Fatal(err)
	}
	events, err := client.Activities.Calendar(ctx, espo.CalendarQuery{
		From: espo.NewDateTime(begin.AddDate(0, 0, -1)), To: espo.NewDateTime(begin.AddDate(0, 0, 7)),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, event := range events {
		fmt.Println(event.DateStart, event.EntityType, event.Name)
	}
	// Output: 2026-03-02 09:00:00 Meeting Kick-off
}

func ExampleGlobalSearchService_Search() {
	srv, client := start()
	defer srv.Close()
	srv.Seed("Account", map[string]any{"name": "Acme"})
	for hit, err := range client.GlobalSearch.Search("Acm").All(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(hit.EntityType, hit.Name)
	}
	// Output: Account Acme
}

func ExampleRecordService_Kanban() {
	srv, client := start()
	defer srv.Close()
	srv.Seed("Lead", map[string]any{"lastName": "Koval", "status": "Assigned"})
	board, err := client.Leads.Kanban(context.Background(), espo.Query{MaxSize: 5})
	if err != nil {
		log.Fatal(err)
	}
	for _, group := range board.Groups {
		for _, lead := range group.Records {
			fmt.Println(group.Name, lead.LastName)
		}
	}
	// Output: Assigned Koval
}

func ExampleRecordService_Merge() {
	srv, client := start()
	defer srv.Close()
	ids := srv.Seed("Account", map[string]any{"name": "Acme"}, map[string]any{"name": "ACME Inc."})
	acc, err := client.Accounts.Merge(context.Background(), ids[0], ids[1:], espo.Attrs{"name": "Acme Inc."})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(acc.Name)
	// Output: Acme Inc.
}

func ExampleEmailService_Folders() {
	srv, client := start()
	defer srv.Close()
	folders, err := client.Emails.Folders(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(folders[0].ID)
	// Output: inbox
}

func ExampleNotificationService_UnreadCount() {
	srv, client := start()
	defer srv.Close()
	unread, err := client.Notifications.UnreadCount(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(unread, "not read")
	// Output: 0 not read
}

func ExampleTargetListService_OptOut() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	list := srv.Seed("TargetList", map[string]any{"name": "News"})[0]
	contact := srv.Seed("Contact", map[string]any{"lastName": "Koval"})[0]
	if err := client.TargetLists.OptOut(ctx, list, client.Contacts.Ref(contact)); err != nil {
		log.Fatal(err)
	}
	for target, err := range client.TargetLists.OptedOut(list).All(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(target.EntityType, target.Name)
	}
	// Output: Contact Koval
}

func ExampleUserService_GenerateAPIKey() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	user, err := client.Users.Create(ctx, espo.User{
		UserName: "importer", LastName: "Importer", Type: espo.UserTypeAPI, AuthMethod: espo.UserAuthMethodAPIKey,
	})
	if err != nil {
		log.Fatal(err)
	}
	user, err = client.Users.GenerateAPIKey(ctx, user.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.APIKey, len(string(user.APIKey)) > 0)
	// Output: *** true
}

func ExampleTeamService_Users() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	me, err := client.App.CurrentUser(ctx)
	if err != nil {
		log.Fatal(err)
	}
	team, err := client.Teams.Create(ctx, espo.Team{Name: "Sales"})
	if err != nil {
		log.Fatal(err)
	}
	members := client.Teams.Users(team.ID)
	if err := members.Link(ctx, me.User.ID); err != nil {
		log.Fatal(err)
	}
	n, err := members.Count(ctx, espo.Query{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(team.Name, "has", n, "member")
	// Output: Sales has 1 member
}

func ExampleLeadCaptureService_Submit() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	point, err := client.Records("LeadCapture").Create(ctx, espo.Record{
		"name": "Web site", "isActive": true, "fieldList": []string{"lastName"},
	})
	if err != nil {
		log.Fatal(err)
	}
	key, err := client.LeadCapture.GenerateAPIKey(ctx, point.ID())
	if err != nil {
		log.Fatal(err)
	}
	if err := client.LeadCapture.Submit(ctx, key, espo.Attrs{"lastName": "Koval"}); err != nil {
		log.Fatal(err)
	}
	lead, err := client.Leads.First(ctx, espo.Query{Where: espo.Where(espo.Equal("lastName", "Koval"))})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(lead.LastName)
	// Output: Koval
}
