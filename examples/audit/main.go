// Audit says who may read, edit and delete a record, and by which right:
//
//	go run ./examples/audit -type Account -id 6b0538bc04ab91663
//
// It runs on an embedded fake of EspoCRM with users of its own, or on the server
// that ESPO_URL names, as an administrator: ESPO_USERNAME and ESPO_PASSWORD.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/examples/internal/demo"
)

func main() {
	entityType := flag.String("type", "Account", "entity `type` of the record")
	id := flag.String("id", "", "`id` of the record")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, espo.Ref{Type: *entityType, ID: *id})
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, ref espo.Ref) error {
	if os.Getenv("ESPO_URL") == "" {
		srv, account, err := office()
		if err != nil {
			return err
		}
		defer srv.Close()
		return audit(ctx, srv.ClientAs(admin()), account)
	}
	client, done, err := demo.Connect()
	if err != nil {
		return err
	}
	defer done()
	return audit(ctx, client, ref)
}

// audit prints a row for each user.
func audit(ctx context.Context, client *espo.Client, ref espo.Ref) error {
	me, err := client.App.CurrentUser(ctx)
	if err != nil {
		return err
	}
	if !me.IsAdmin() {
		return errors.New("only an administrator sees the rights of others")
	}
	record, err := client.Records(ref.Type).Get(ctx, ref.ID)
	if err != nil {
		return err
	}
	teams := slices.Sorted(maps.Values(record.Names("teamsNames")))
	fmt.Printf("%s %s, assigned to %s, teams: %s\n", ref.Type, record.Name(), record.String("assignedUserName"), strings.Join(teams, ", "))
	rows := []string{"USER\tREAD\tEDIT\tDELETE\tTO READ\tTO EDIT\tROLES"}
	for user, err := range client.Users.AccessTo(ref).All(ctx, espo.Query{}) { // what the server itself says
		if err != nil {
			return err
		}
		row, err := describe(ctx, client, user, record, ref.Type)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(table, strings.Join(rows, "\n")); err != nil {
		return err
	}
	return table.Flush()
}

func describe(ctx context.Context, client *espo.Client, user espo.User, record espo.Record, entityType string) (string, error) {
	may := user.RecordAccessLevels
	user, err := client.Users.Get(ctx, user.ID) // with its type, teams and roles
	if err != nil {
		return "", err
	}
	acl, err := client.Users.ACL(ctx, user.ID)
	if err != nil {
		return "", err
	}
	roles, err := roleNames(ctx, client, user)
	if err != nil {
		return "", err
	}
	rights := espo.CurrentUser{User: user, ACL: acl} // which answers questions about them
	return fmt.Sprintf("%s\t%t\t%t\t%t\t%s\t%s\t%s", user.UserName, may.Read, may.Edit, may.Delete,
		why(rights.Level(espo.AccessRead, entityType), user, record),
		why(rights.Level(espo.AccessEdit, entityType), user, record), strings.Join(roles, ", ")), nil
}

// roleNames are the roles of a user, those of the teams included.
func roleNames(ctx context.Context, client *espo.Client, user espo.User) ([]string, error) {
	var names []string
	for _, name := range user.RolesNames {
		names = append(names, name)
	}
	teams, err := client.Teams.GetMany(ctx, user.TeamsIDs)
	if err != nil {
		return nil, err
	}
	for _, team := range teams {
		for role, err := range client.Teams.Roles(team.ID).All(ctx, espo.Query{Select: []string{"name"}}) {
			if err != nil {
				return nil, err
			}
			names = append(names, role.Name()+" ("+team.Name+")")
		}
	}
	slices.Sort(names)
	return names, nil
}

// why says what a level means for a user and a record.
func why(level espo.AccessLevel, user espo.User, record espo.Record) string {
	owner := record.String("assignedUserId") == user.ID || slices.Contains(record.Strings("assignedUsersIds"), user.ID) ||
		record.String("assignedUserId") == "" && record.String("createdById") == user.ID
	shared := slices.ContainsFunc(record.Strings("teamsIds"), func(id string) bool { return slices.Contains(user.TeamsIDs, id) })
	switch {
	case user.Type == espo.UserTypeAdmin:
		return "administrator"
	case level == espo.AccessOwn && owner, level == espo.AccessTeam && owner:
		return string(level) + ": is the owner"
	case level == espo.AccessTeam && shared:
		return "team: is in a team of the record"
	case level == espo.AccessOwn:
		return "own: is not the owner"
	case level == espo.AccessTeam:
		return "team: is neither owner nor in a team"
	}
	return string(level)
}
